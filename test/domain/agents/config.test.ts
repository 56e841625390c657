import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGENT_ROLES } from '../../../src/db/shapes/agent.ts'
import { configProblems, parseAgentConfig } from '../../../src/domain/agents/config.ts'
import { PROMPT_MAX_CHARS } from '../../../src/domain/agents/config-fields.ts'
import { AppError } from '../../../src/errors.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { configOf } from './configs.ts'

/** What a person is told about one field. */
const problemsAt = (config: unknown) =>
  Object.fromEntries(configProblems(config).map((one) => [one.path, one.problem]))

const complaintAbout = (config: unknown): AppError => {
  try {
    parseAgentConfig(config)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the config was accepted')
}

describe('a good config', () => {
  it.each(AGENT_ROLES)('of the role %s is taken as it is', (role) => {
    const config = configOf(role)
    expect(parseAgentConfig(config)).toEqual(config)
  })

  it('may leave out what has a default', () => {
    const { model, temperature, system_prompt } = configOf('ask')
    const given = {
      model,
      temperature,
      system_prompt,
      metadata: { role: 'ask', capabilities: [], cost_per_call: 0 },
    }
    expect(parseAgentConfig(given)).toEqual(
      configOf('ask', { metadata: { ...configOf('ask').metadata, capabilities: [] } }),
    )
  })

  it('may have a prompt of 200 KB', () => {
    const prompt = 'я'.repeat(PROMPT_MAX_CHARS)
    expect(parseAgentConfig(configOf('code', { system_prompt: prompt })).system_prompt).toBe(prompt)
  })

  it('of an orchestrator, and of a custom agent, may have thresholds; of others not', () => {
    const withThresholds = (role: 'orchestrator' | 'custom' | 'code') => ({
      ...configOf(role),
      metadata: { ...configOf(role).metadata, approval_threshold_cost: 0.1, approval_threshold_tasks: 3 },
    })
    expect(parseAgentConfig(withThresholds('orchestrator'))).toEqual(withThresholds('orchestrator'))
    expect(parseAgentConfig(withThresholds('custom'))).toEqual(withThresholds('custom'))
    expect(Object.keys(problemsAt(withThresholds('code')))).toEqual([
      'metadata.approval_threshold_cost',
      'metadata.approval_threshold_tasks',
    ])
  })

  it('is what every file of the seeds makes', () => {
    const { system, starterPack } = agentSeeds()
    expect(system.map(({ role }) => role)).toEqual([
      'product_owner',
      'brainstorm',
      'zavhoz',
      'architect',
      'tester',
      'devops',
    ])
    expect(starterPack.map(({ name }) => name)).toEqual([
      'Architect',
      'Orchestrator',
      'CodeAssistant',
      'Ask',
      'Debug',
    ])
    for (const { config } of [...system, ...starterPack]) expect(configProblems(config)).toEqual([])
  })
})

describe('a bad config is answered with every problem at once', () => {
  it('each with its path, what is wrong and an example, and nothing else', () => {
    const error = complaintAbout({
      ...configOf('code'),
      model: 4,
      temperature: -1,
      tools: ['read_file', 'read_flie'],
      max_tokens: Number.NaN,
      colour: 'red',
      metadata: { ...configOf('code').metadata, risk_level: 'high', cost_per_call: -0.5, capabilites: [] },
    })
    expect(error.code).toBe('invalid')
    expect(error.userMessage).toMatchObject({ key: 'agent-config-invalid', args: { count: 8 } })
    for (const told of [
      '`model`: must be a text, not 4, e.g. `"openrouter/openai/gpt-4.1"`',
      '`temperature`: must be at least 0, not -1, e.g. `0.2`',
      '`max_tokens`: must be a number, not NaN, e.g. `8000`',
      '`colour`: is unknown; there are model, temperature',
      '`metadata.risk_level`: must be one of LOW, MEDIUM, HIGH, not "high", e.g. `"LOW"`',
      '`metadata.cost_per_call`: must be at least 0, not -0.5, e.g. `0.01`',
      '`metadata.capabilites`: is unknown; did you mean capabilities, e.g. `{"capabilities": ["planning","design"]}`',
    ])
      expect(error.message).toContain(told)
    expect(error.message).toMatch(
      /`tools\[1\]`: must be one of list_projects, .*run_tests.*, not "read_flie"/,
    )
  })

  it.each([
    ['nothing', undefined, { config: 'is missing' }],
    ['a text', 'temperature=0.2', { config: 'must be an object, not "temperature=0.2"' }],
    ['a list', [], { config: 'must be an object, not []' }],
    ['null', null, { config: 'must be an object, not null' }],
  ])('%s in place of a config', (_what, value, problems) => {
    expect(problemsAt(value)).toEqual(problems)
  })

  it('an empty one, with all that must be in it', () => {
    expect(problemsAt({})).toEqual({
      model: 'is missing',
      temperature: 'is missing',
      system_prompt: 'is missing',
      metadata: 'is missing',
    })
  })

  it('an unknown role does not hide the other problems', () => {
    const problems = problemsAt({
      ...configOf('code'),
      temperature: 3,
      metadata: { ...configOf('code').metadata, role: 'boss' },
    })
    expect(problems).toEqual({
      temperature: 'must be at most 2, not 3',
      'metadata.role': `is no role; the roles are ${AGENT_ROLES.join(', ')}`,
    })
  })

  it('a role of JavaScript rather than ours', () => {
    for (const role of ['constructor', '__proto__', 'toString'])
      expect(
        problemsAt({ ...configOf('code'), metadata: { ...configOf('code').metadata, role } }),
      ).toHaveProperty(['metadata.role'])
  })

  it.each([
    ['an endless temperature', 'temperature', Number.POSITIVE_INFINITY],
    ['a temperature in quotes', 'temperature', '0.2'],
    ['half a token', 'max_tokens', 1.5],
    ['no token at all', 'max_tokens', 0],
    ['ten thousand tasks at once', 'concurrency_limit', 10_000],
    ['no prompt', 'system_prompt', ''],
    ['a prompt that is one character too long', 'system_prompt', 'x'.repeat(PROMPT_MAX_CHARS + 1)],
    ['a prompt that the database cannot keep', 'system_prompt', 'a\0b'],
    ['half of a surrogate pair', 'system_prompt', 'half: \ud83d'],
    ['a model with a space in it', 'model', 'gpt 4'],
    ['a tool twice', 'tools', ['read_file', 'read_file']],
    ['a tool that is no list', 'tools', 'read_file'],
  ])('%s', (_what, field, value) => {
    expect(Object.keys(problemsAt({ ...configOf('code'), [field]: value }))).toEqual([field])
  })

  it('a complaint about a long text does not repeat it', () => {
    const error = complaintAbout({
      ...configOf('code'),
      model: 'm'.repeat(100_000),
      ['k'.repeat(100_000)]: 1,
    })
    expect(error.message.length).toBeLessThan(1_000)
  })
})

describe('whatever is sent', () => {
  it('is either a good config or a complaint, and a complaint always says where', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (value, inner, key) => {
        for (const given of [
          value,
          { ...configOf('code'), [key]: value },
          { ...configOf('ask'), metadata: inner },
        ]) {
          const problems = configProblems(given)
          if (problems.length === 0) expect(() => parseAgentConfig(given)).not.toThrow()
          else expect(complaintAbout(given).userMessage.args.count).toBe(problems.length)
          for (const one of problems) {
            expect(one.path).not.toBe('')
            expect(one.problem).not.toBe('')
            expect(() => JSON.parse(one.example)).not.toThrow()
          }
        }
      }),
    )
  })

  it('the example of a complaint is one that would have done', () => {
    const fields = Object.keys(configOf('code'))
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const problem = configProblems({ ...configOf('code'), [field]: value }).find(
          ({ path }) => path === field,
        )
        if (problem)
          expect(configProblems({ ...configOf('code'), [field]: JSON.parse(problem.example) })).toEqual([])
      }),
    )
  })
})
