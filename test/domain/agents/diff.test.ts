import { applyPatch } from 'diff'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configDiff, configText } from '../../../src/domain/agents/config-diff.ts'
import { diffConfigs } from '../../../src/domain/agents/versions.ts'
import { configOf } from './configs.ts'

const PROMPT = [
  'You write code.',
  'Test it.',
  'Be short.',
  'Be plain.',
  'Ask nobody.',
  'Stop at the end.',
].join('\n')

describe('the difference between two configs', () => {
  it('is told field by field', () => {
    const after = configOf('code', {
      temperature: 0.7,
      tools: ['read_file'],
      metadata: { ...configOf('code').metadata, risk_level: 'HIGH', strategy: 'slow' },
    })
    expect(diffConfigs(configOf('code'), after)).toEqual([
      { path: 'temperature', before: 0.2, after: 0.7 },
      { path: 'tools', before: [], after: ['read_file'] },
      { path: 'metadata.risk_level', before: 'LOW', after: 'HIGH' },
      { path: 'metadata.strategy', before: undefined, after: 'slow' },
    ])
  })

  it('is nothing between equals, in whatever order their fields stand', () => {
    const { model, ...rest } = configOf('code')
    const turned = { ...rest, model }
    expect(diffConfigs(configOf('code'), turned)).toEqual([])
    expect(configDiff(configOf('code'), turned)).toBe('')
  })

  it('is shown of a prompt line by line, with what stands around', () => {
    const before = configOf('code', { system_prompt: PROMPT })
    const after = configOf('code', { system_prompt: PROMPT.replace('Be plain.', 'Be polite.') })
    expect(configDiff(before, after).split('\n').slice(3)).toEqual([
      ' Test it.',
      ' Be short.',
      '-Be plain.',
      '+Be polite.',
      ' Ask nobody.',
      ' Stop at the end.',
      '',
    ])
  })

  it('of two prompts of 200 KB without a common line is told in one sentence', () => {
    const lines = (word: string) =>
      Array.from({ length: 8_000 }, (_, i) => `${word} ${i}, and so on.`).join('\n')
    const diff = configDiff(
      configOf('code', { system_prompt: lines('one') }),
      configOf('code', { system_prompt: lines('two') }),
    )
    expect(diff).toMatch(/^the two have too little in common to compare: \d+ and \d+ lines\n$/)
  })

  it('leads from one to the other, whatever they are', () => {
    const prompt = fc.array(fc.constantFrom('a', 'b', '', '--- a', '+++ b', '@@ -1 +1 @@', 'с', '\\'), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(prompt, prompt, fc.constantFrom(0.2, 0.7), (a, b, temperature) => {
        const before = configOf('code', { system_prompt: `x\n${a.join('\n')}` })
        const after = configOf('code', { system_prompt: `x\n${b.join('\n')}`, temperature })
        const diff = configDiff(before, after)
        expect(diff === '').toBe(diffConfigs(before, after).length === 0)
        expect(diff === '' ? configText(before) : applyPatch(configText(before), diff)).toBe(
          configText(after),
        )
      }),
    )
  })
})
