import { describe, expect, it } from 'vitest'
import { applyAssignments } from '../../../src/domain/agents/assignments.ts'
import { configProblems } from '../../../src/domain/agents/config.ts'
import { configOf } from './configs.ts'

const set = (...assignments: [path: string, value: string][]) =>
  applyAssignments(
    configOf('orchestrator'),
    assignments.map(([path, value]) => ({ path, value })),
  )

describe('/agent set', () => {
  it('reads a value by what the field holds', () => {
    expect(
      set(['model', '4'], ['temperature', '0.7'], ['max_tokens', '4096'], ['tools', 'read_file, list_files']),
    ).toEqual(
      configOf('orchestrator', {
        model: '4',
        temperature: 0.7,
        max_tokens: 4096,
        tools: ['read_file', 'list_files'],
      }),
    )
  })

  it('takes a list as JSON, too, and none at all', () => {
    expect(set(['tools', '["read_file"]'])).toMatchObject({ tools: ['read_file'] })
    expect(set(['tools', ''])).toMatchObject({ tools: [] })
  })

  it('knows the fields of the metadata with and without their prefix', () => {
    const wanted = { metadata: { risk_level: 'HIGH', approval_threshold_tasks: 3, capabilities: ['a', 'b'] } }
    expect(
      set(['risk_level', 'HIGH'], ['metadata.approval_threshold_tasks', '3'], ['capabilities', 'a b']),
    ).toMatchObject(wanted)
  })

  it('takes an optional field away when it is given nothing', () => {
    const config = {
      ...configOf('orchestrator'),
      metadata: { ...configOf('orchestrator').metadata, strategy: 'x' },
    }
    expect(applyAssignments(config, [{ path: 'strategy', value: '' }])).toEqual(configOf('orchestrator'))
  })

  it('an empty model is the default model', () => {
    expect(configProblems(set(['model', '']))).toEqual([])
  })

  it('leaves what cannot be read to the validator, in the words of the person', () => {
    const config = set(
      ['temperature', 'warm'],
      ['max_tokens', 'NaN'],
      ['colour', 'red'],
      ['metadata.mood', 'good'],
    )
    expect(configProblems(config).map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      'temperature must be a number, not "warm"',
      'max_tokens must be a number, not "NaN"',
      expect.stringMatching(/^metadata.mood is unknown/),
      expect.stringMatching(/^colour is unknown/),
    ])
  })

  it.each(['__proto__', 'constructor', 'toString', 'metadata.__proto__', 'metadata'])(
    '%s is no field',
    (path) => {
      expect(configProblems(set([path, 'x']))).not.toEqual([])
      expect(({} as { x?: unknown }).x).toBeUndefined()
    },
  )
})
