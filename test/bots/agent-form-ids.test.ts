import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAction } from '../../src/bots/action-ids.ts'
import { type AgentForm, agentFormAction } from '../../src/bots/agent-form-ids.ts'

const version = fc.integer({ min: 1, max: 99_999 })
const draft = fc.option(fc.uuid(), { nil: undefined })
const drafted = <T extends object>({ draft: one, ...form }: T & { draft: string | undefined }) => ({
  ...form,
  ...(one && { draft: one }),
})

const forms = fc.oneof(
  fc.record({ what: fc.constantFrom('config', 'prompt'), id: fc.uuid(), version, draft }).map(drafted),
  fc.record({ what: fc.constant('new'), draft }).map(drafted),
  fc.record({ what: fc.constant('test'), id: fc.uuid() }),
) as fc.Arbitrary<AgentForm>

test('a form about an agent fits on a button and is read back as it was', () => {
  fc.assert(
    fc.property(forms, (form) => {
      const action = agentFormAction(form)
      expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
      expect(parseAction(action)).toEqual({ kind: 'agent', form })
    }),
  )
})

test.each([
  'agent',
  'agent:',
  'agent:c',
  'agent:c:x:1',
  'agent:t',
  'agent:n:x',
  'agent:z',
  'agent:c:AAAAAAAAAAAAAAAAAAAAAA:0',
])('%s is no button of ours', (action) => {
  expect(parseAction(action)).toBeUndefined()
})
