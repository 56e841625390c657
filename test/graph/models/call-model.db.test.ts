import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HumanMessage } from '@langchain/core/messages'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Clock } from '../../../src/clock.ts'
import { budgets, modelCalls } from '../../../src/db/schema/index.ts'
import { type Agent, systemAgent } from '../../../src/domain/agents/agents.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { callModel, type ModelCallInput } from '../../../src/graph/models/call-model.ts'
import { createOpenAiModels } from '../../../src/graph/models/openai.ts'
import { LONGEST_CALL_MS, SILENCE_MS } from '../../../src/graph/models/watch-call.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import type { AgentTool } from '../../../src/graph/tools/tool.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { calls, type ModelEndpoint, startModelEndpoint } from './endpoint.ts'

const log = createLog({ level: 'silent' })
const writeFile: AgentTool = {
  name: 'write_file',
  description: 'Writes a file.',
  schema: z.object({ path: z.string(), content: z.string() }),
  risk: 'LOW',
  run: async () => 'written',
}

let database: TestDatabase
let endpoint: ModelEndpoint
let agent: Agent

beforeAll(async () => {
  database = await createTestDatabase()
  await seedAgents(database.db, agentSeeds())
  agent = await systemAgent(database.db, 'architect')
  endpoint = await startModelEndpoint()
})
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]()
  await database.close()
})
beforeEach(async () => {
  await database.db.delete(modelCalls)
})

/** Asks the real client, over a real socket. `pauses` are the waits between attempts, in milliseconds. */
const ask = (
  options: Partial<ModelCallInput> & {
    clock?: Clock
    apiKey?: string
    baseUrl?: string
    model?: string
  } = {},
) => {
  const pauses: number[] = []
  const noting: Clock = {
    now: hastyClock.now,
    sleep: (ms, signal) => {
      if (ms < SILENCE_MS) pauses.push(ms)
      return hastyClock.sleep(ms < SILENCE_MS ? 1 : ms, signal)
    },
  }
  const models = createOpenAiModels({
    apiKey: options.apiKey ?? 'key',
    baseUrl: options.baseUrl ?? endpoint.url,
    name: options.model ?? 'test-model',
  })
  const answer = callModel(
    { db: database.db, models, clock: options.clock ?? noting, log },
    {
      agent,
      messages: [new HumanMessage('hello')],
      tools: [writeFile],
      ids: {},
      signal: new AbortController().signal,
      ...options,
    },
  )
  return Object.assign(answer, { pauses })
}

const recorded = async () => {
  const rows = await database.db.select().from(modelCalls).orderBy(modelCalls.at)
  return rows.map(({ outcome }) => outcome)
}

describe('an answer', () => {
  test('arrives while it is written, and is recorded with its tokens', async () => {
    endpoint.answers({ content: 'Good morning.', usage: { prompt_tokens: 11, completion_tokens: 3 } })
    const heard: string[] = []
    const answer = await ask({ onText: (soFar) => heard.push(soFar) })
    expect(answer.text).toBe('Good morning.')
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.at(-1)).toBe('Good morning.')
    const [row] = await database.db.select().from(modelCalls)
    expect(row).toMatchObject({
      agent: 'Architect',
      model: 'test-model',
      inputTokens: 11,
      outputTokens: 3,
      cost: 0,
      outcome: 'ok',
    })
  })

  test('costs what the endpoint says, else what the agent says', async () => {
    endpoint.answers({ content: 'dear', usage: { prompt_tokens: 1, completion_tokens: 1, cost: 0.0421 } })
    await ask({ baseUrl: endpoint.openRouterUrl })
    endpoint.answers({ content: 'guessed' })
    const config = { ...agent.config, metadata: { ...agent.config.metadata, cost_per_call: 0.5 } }
    await ask({ agent: { ...agent, config } })
    const rows = await database.db.select().from(modelCalls).orderBy(modelCalls.at)
    expect(rows.map(({ cost }) => cost)).toEqual([0.0421, 0.5])
  })

  test('of 50,000 characters is whole', async () => {
    const long = Array.from({ length: 50_000 / 10 }, (_, n) => `word${String(n).padStart(5, '0')} `).join('')
    endpoint.answers({ content: long })
    expect((await ask()).text).toBe(long)
  })

  test('that never ends is cut, and says so', async () => {
    endpoint.answers({ reply: { content: 'blah '.repeat(60_000) }, by: { chunkSize: 5_000 } })
    const answer = await ask()
    expect(answer.text.length).toBeLessThan(210_000)
    expect(answer.text).toMatch(/ …$/)
  })

  test('that the model had to end at its limit says so', async () => {
    endpoint.answers({ content: 'half a', finishReason: 'length' })
    expect((await ask()).text).toBe('half a …')
  })

  test('goes to the endpoint without a temperature where models have their own', async () => {
    for (const [model, sent] of [
      ['gpt-4.1', true],
      ['gpt-5-mini', false],
      ['openai/o4-mini', false],
      ['gpt-5-chat-latest', true],
    ] as const) {
      endpoint.answers({ content: 'ok' })
      await ask({ model })
      expect([model, endpoint.requests.at(-1)?.temperature !== undefined]).toEqual([model, sent])
    }
  })

  test('comes from /chat/completions also for models that OpenAI answers elsewhere', async () => {
    endpoint.answers({ content: 'ok' })
    expect((await ask({ model: 'vendor/some-codex' })).text).toBe('ok')
  })
})

describe('tool calls', () => {
  test('come with their arguments, each with an id of its own', async () => {
    endpoint.answers({
      toolCalls: [
        { name: 'write_file', arguments: '{"path":"a","content":"1"}', id: 'call_0' },
        { name: 'write_file', arguments: '{"path":"b","content":"2"}', id: 'call_1' },
      ],
    })
    const first = await ask()
    expect(first.tool_calls?.map(({ args }) => args.path)).toEqual(['a', 'b'])
    const again = await ask({ messages: [new HumanMessage('hello'), first] })
    const ids = [...(first.tool_calls ?? []), ...(again.tool_calls ?? [])].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test('whose arguments are not JSON keep their id and do nothing', async () => {
    endpoint.answers(calls(['write_file', '{"path": "server.js", "content": "half a fi']))
    const answer = await ask()
    expect(answer.tool_calls).toMatchObject([{ name: 'write_file', args: {} }])
    expect(answer.invalid_tool_calls).toMatchObject([
      { id: answer.tool_calls?.[0]?.id, error: expect.stringContaining('not valid JSON') },
    ])
  })

  test('cut at the limit of the model say so', async () => {
    endpoint.answers({
      ...calls(['write_file', '{"path": "server.js", "content": "half']),
      finishReason: 'length',
    })
    expect((await ask()).invalid_tool_calls?.[0]?.error).toContain('cut off')
  })

  test('whose arguments are a list or a word are refused', async () => {
    for (const args of ['[1]', '"server.js"', 'null']) {
      endpoint.answers(calls(['write_file', args]))
      expect((await ask()).invalid_tool_calls?.[0]?.error).toBe('the arguments must be one JSON object')
    }
  })
})

describe('trouble that passes', () => {
  const ok = { content: 'Here I am.' }
  const failing = (status: number, more = {}) => ({ error: { message: 'no' }, status, ...more })

  test('two 500s are tried again', async () => {
    endpoint.answers(failing(500), failing(500), ok)
    const asked = ask()
    expect((await asked).text).toBe('Here I am.')
    expect(asked.pauses).toEqual([1_000, 4_000])
    expect(await recorded()).toEqual(['500', '500', 'ok'])
  })

  test('a 429 is waited out for as long as it asks', async () => {
    endpoint.answers(failing(429, { retryAfter: 17 }), ok)
    const asked = ask()
    expect((await asked).text).toBe('Here I am.')
    expect(asked.pauses).toEqual([17_000])
  })

  test('a 429 that asks for an hour is tried again after half a minute', async () => {
    endpoint.answers(failing(429, { retryAfter: 3_600 }), ok)
    const asked = ask()
    await asked
    expect(asked.pauses).toEqual([30_000])
  })

  test('an empty answer is asked for again', async () => {
    endpoint.answers({ content: '' }, { content: ' \n' }, ok)
    expect((await ask()).text).toBe('Here I am.')
  })

  test('an answer that breaks off in the middle is thrown away and asked for again', async () => {
    endpoint.answers(
      {
        reply: { content: 'one two three four five six' },
        by: { chunkSize: 4, latency: 5, truncateAfterChunks: 5 },
      },
      ok,
    )
    const heard: string[] = []
    const answer = await ask({ onText: (soFar) => heard.push(soFar) })
    expect(answer.text).toBe('Here I am.')
    expect(heard.some((text) => text.startsWith('one'))).toBe(true)
    expect(await recorded()).toEqual(['error', 'ok'])
  })

  test('an answer that a proxy ends politely in the middle is not taken for whole either', async () => {
    let asked = 0
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    const proxy = createServer((_, response) => {
      response.setHeader('content-type', 'text/event-stream')
      response.write(chunk({ role: 'assistant', content: 'Half of' }))
      response.end(asked++ === 0 ? '' : `${chunk({ content: ' it.' })}${chunk({}, 'stop')}data: [DONE]\n\n`)
    })
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
    try {
      const { port } = proxy.address() as AddressInfo
      expect((await ask({ baseUrl: `http://127.0.0.1:${port}/v1` })).text).toBe('Half of it.')
      expect(await recorded()).toEqual(['error', 'ok'])
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })

  test('half of a file is never written because the connection broke', async () => {
    const content = 'x'.repeat(200)
    endpoint.answers(
      { reply: calls(['write_file', { path: 'a', content }]), by: { chunkSize: 20, truncateAfterChunks: 5 } },
      calls(['write_file', { path: 'a', content }]),
    )
    expect((await ask()).tool_calls).toMatchObject([{ args: { path: 'a', content } }])
    expect(await recorded()).toEqual(['error', 'ok'])
  })
})

describe('trouble that stays ends in one failure that says what it is', () => {
  test.each([
    [500, 3, 'error-model-failed'],
    [429, 3, 'model-busy'],
    [401, 1, 'model-refused'],
    [403, 1, 'model-refused'],
    [404, 1, 'model-unknown'],
    [400, 1, 'error-model-failed'],
  ])('%i: after %i attempt(s), %s', async (status, attempts, key) => {
    endpoint.answers({ error: { message: 'no' }, status })
    const before = endpoint.requests.length
    await expect(ask()).rejects.toMatchObject({
      code: 'model_failed',
      userMessage: { key },
      reference: expect.stringMatching(/^P-/),
    })
    expect(endpoint.requests.length - before).toBe(attempts)
  })

  test('a conversation that is too long', async () => {
    const message = "This model's maximum context length is 128000 tokens."
    endpoint.answers({ error: { message, code: 'context_length_exceeded' }, status: 400 })
    await expect(ask()).rejects.toMatchObject({ userMessage: { key: 'model-overflow' } })
  })

  test('an endpoint that is not there', async () => {
    await expect(ask({ baseUrl: 'http://127.0.0.1:9/v1' })).rejects.toMatchObject({
      code: 'model_failed',
      userMessage: { key: 'error-model-failed' },
    })
    expect(await recorded()).toEqual(['error', 'error', 'error'])
  })

  test('silence, three times', async () => {
    const clock = createManualClock()
    endpoint.answers({ reply: { content: 'never' }, by: { chaos: { latencyMs: 30_000 } } })
    const before = endpoint.requests.length
    const asked = ask({ clock })
    asked.catch(() => {})
    for (let attempt = 1; attempt <= 3; attempt++) {
      // The two watches, for silence and for the whole, and nothing else.
      await waitFor(() => clock.sleeping === 2, `attempt ${attempt}`)
      await clock.advance(SILENCE_MS)
      if (attempt < 3) {
        await waitFor(() => clock.sleeping === 1, 'the pause before the next attempt')
        await clock.advance(5_000)
      }
    }
    await expect(asked).rejects.toMatchObject({ code: 'model_failed', userMessage: { key: 'model-silent' } })
    expect(endpoint.requests.length - before).toBeLessThanOrEqual(3)
    expect(clock.sleeping).toBe(0)
  })

  test('an answer that trickles without end', async () => {
    const clock = createManualClock()
    endpoint.answers({ reply: { content: 'drip '.repeat(2_000) }, by: { chunkSize: 5, latency: 10 } })
    let heard = 0
    const asked = ask({ clock, onText: () => heard++ })
    asked.catch(() => {})
    for (let attempt = 1; attempt <= 3; attempt++) {
      const before = heard
      for (let waited = 0; waited < LONGEST_CALL_MS; waited += SILENCE_MS / 2) {
        const seen = heard
        await waitFor(() => heard > seen, 'another drop')
        await clock.advance(SILENCE_MS / 2)
      }
      expect(heard).toBeGreaterThan(before)
      if (attempt < 3) {
        await waitFor(() => clock.sleeping === 1, 'the pause before the next attempt')
        await clock.advance(5_000)
      }
    }
    await expect(asked).rejects.toMatchObject({ userMessage: { key: 'model-silent' } })
  })
})

test('a person who says stop ends the call at once, and it is recorded', async () => {
  endpoint.answers({ reply: { content: 'drip '.repeat(2_000) }, by: { chunkSize: 5, latency: 20 } })
  const stop = new AbortController()
  const reason = new Error('stopped by Ann')
  const asked = ask({ signal: stop.signal, onText: () => stop.abort(reason) })
  await expect(asked).rejects.toBe(reason)
  expect(await recorded()).toEqual(['stopped'])
})

test('a database that is away is not taken for a failure of the model', async () => {
  endpoint.answers({ content: 'fine' })
  const before = endpoint.requests.length
  const broken = {
    // No budgets.
    execute: async () => [],
    insert: () => {
      throw new Error('connection lost')
    },
  }
  const models = createOpenAiModels({ apiKey: 'key', baseUrl: endpoint.url, name: 'm' })
  const asked = callModel(
    { db: broken as never, models, clock: hastyClock, log },
    { agent, messages: [new HumanMessage('hi')], tools: [], ids: {}, signal: new AbortController().signal },
  )
  await expect(asked).rejects.toThrow('connection lost')
  expect(endpoint.requests.length - before).toBe(1)
})

test('a budget that is used keeps the endpoint from being asked at all', async () => {
  const spent = { agent: 'Somebody', model: 'm', cost: 1, durationMs: 1, outcome: 'ok', at: hastyClock.now() }
  await database.db.insert(modelCalls).values(spent)
  await database.db.insert(budgets).values({ monthlyUsd: 1 })
  const before = endpoint.requests.length
  await expect(ask()).rejects.toMatchObject({
    code: 'budget_exceeded',
    retryable: false,
    userMessage: { key: 'budget-used', args: { spent: 1, budget: 1 } },
  })
  expect(endpoint.requests.length).toBe(before)
  expect(await recorded()).toEqual(['ok'])
  await database.db.delete(budgets)
})
