import { eq, ne } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SECOND_MS } from '../../src/clock.ts'
import { modelCalls, outbox, projects, runs, turns } from '../../src/db/schema/index.ts'
import { MAX_TOOL_ROUNDS } from '../../src/graph/nodes/product-owner.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { calls, resultsIn, type Step } from '../graph/models/endpoint.ts'
import { waitFor } from '../support/wait-for.ts'
import { AGENTS, type ModelsHouse, openModelsHouse } from './models-house.ts'

let house: ModelsHouse

beforeAll(async () => {
  house = await openModelsHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const REFERENCE = /P-[A-Z2-9]{6}/
let question = 0

/** Ann asks something while the model answers so. @returns her message. */
const asks = (...steps: Step[]): ShownMessage => {
  house.endpoint.answers(...steps)
  return house.ann.says(`question ${question++}`)
}

/** Nobody is being answered: what the models were asked is on the bill, and what they said is on the screen. */
const settled = () =>
  waitFor(async () => {
    const { db } = house.test.app
    const running = await db.select().from(turns).where(eq(turns.state, 'running'))
    const unsaid = await db.select().from(outbox).where(ne(outbox.state, 'delivered'))
    return running.length + unsaid.length === 0
  }, 'the turn to end')

/** The answer, once nothing more of it comes. */
const answerTo = async (asked: ShownMessage, match: RegExp): Promise<string> => {
  const seen = house.telegram.waitForMessage(match, { chat: house.ann.id, after: asked })
  await house.hurrying(seen.then(settled))
  return house
    .repliesAfter(asked)
    .map(({ text }) => text)
    .join('\n')
}

/** One message that says what happened, with a reference; and the conversation goes on. */
const expectOneFailure = async (asked: ShownMessage, words: string, stepMs?: number) => {
  const failure = await house.hurrying(
    house.telegram.waitForMessage(REFERENCE, { chat: house.ann.id, after: asked }),
    stepMs,
  )
  expect(failure.text).toContain(words)
  const next = asks({ content: 'Back again.' })
  await answerTo(next, /Back again\./)
  const between = house.repliesAfter(asked).filter(({ id }) => id < next.id)
  expect(between.map(({ text }) => text)).toEqual([failure.text])
}

const failing = (status: number, more = {}) => ({ error: { message: 'sk-not-for-people' }, status, ...more })

describe('a model in trouble that passes is not noticed', () => {
  test('500, 500, then an answer', async () => {
    const asked = asks(failing(500), failing(500), { content: 'Third time lucky.' })
    expect(await answerTo(asked, /lucky/)).toBe('Third time lucky.')
  })

  test('429 with a retry-after, then an answer', async () => {
    const asked = asks(failing(429, { retryAfter: 2 }), { content: 'Here you are.' })
    expect(await answerTo(asked, /Here/)).toBe('Here you are.')
  })

  test('an answer cut in the middle, then a whole one: one message, without the half', async () => {
    const asked = asks(
      {
        reply: { content: 'First half of an answer that goes on' },
        by: { chunkSize: 5, latency: 60, truncateAfterChunks: 6 },
      },
      { content: 'The whole answer.' },
    )
    await answerTo(asked, /^The whole answer\.$/)
    expect(house.repliesAfter(asked).map(({ text }) => text)).toEqual(['The whole answer.'])
  })
})

describe('a model in trouble that stays ends in one message with a reference', () => {
  test('500 for ever', async () => {
    await expectOneFailure(asks(failing(500)), house.t('error-model-failed'))
  })

  test('429 for ever', async () => {
    await expectOneFailure(asks(failing(429, { retryAfter: 1 })), house.t('model-busy'))
  })

  test('silence', async () => {
    const asked = asks({ reply: { content: 'too late' }, by: { chaos: { latencyMs: 30_000 } } })
    await expectOneFailure(asked, house.t('model-silent'), 5 * SECOND_MS)
  })

  test('a key that is refused', async () => {
    await expectOneFailure(asks(failing(401)), house.t('model-refused'))
  })

  test('a model that is not there', async () => {
    await expectOneFailure(
      asks(failing(404)),
      house.t('model-unknown', { model: 'openrouter/vendor/coder-1' }),
    )
  })

  test('nothing but empty answers', async () => {
    await expectOneFailure(asks({ content: '' }), house.t('error-model-failed'))
  })

  test('an endless loop of tools is ended after a few', async () => {
    const before = (await house.test.app.db.select().from(modelCalls)).length
    await expectOneFailure(
      asks(calls(['list_projects', {}])),
      house.t('model-loops', { agent: 'product_owner', rounds: MAX_TOOL_ROUNDS }),
    )
    // One more answered the question after it.
    expect((await house.test.app.db.select().from(modelCalls)).length - before).toBe(MAX_TOOL_ROUNDS + 1)
  })

  test('what the endpoint said is in no message', () => {
    const said = house.telegram
      .chat(house.ann.id)
      .messages()
      .map(({ text }) => text)
      .join('\n')
    expect(said).not.toContain('sk-not-for-people')
  })
})

describe("a model's mistakes are told to the model, and it goes on", () => {
  test.each<[string, [string, unknown], RegExp]>([
    ['a call that is not JSON', ['list_projects', '{"page": '], /^error: the arguments are not valid JSON/],
    [
      'a tool that does not exist',
      ['drop_database', {}],
      /^error: there is no tool drop_database; there are: list_projects, /,
    ],
    ['arguments of the wrong kind', ['get_project_status', { project: 7 }], /^error: project: /],
    [
      'arguments that are missing',
      ['create_project_intent', { intent: 'new_project' }],
      /^error: project: .*title: .*request: /,
    ],
    [
      'a name that leads elsewhere',
      ['create_project_intent', { intent: 'new_project', project: '../../etc', title: 'x', request: 'x' }],
      /^error: /,
    ],
    [
      'a project that is not there',
      ['get_project_status', { project: "'; drop table projects; --" }],
      /^error: that is not a project name/,
    ],
  ])('%s', async (_, call, told) => {
    const asked = asks(calls(call), { content: 'I see, sorry.' })
    expect(await answerTo(asked, /sorry/)).toBe('I see, sorry.')
    const last = house.endpoint.requests.at(-1)
    expect(last && resultsIn(last)).toEqual([expect.stringMatching(told)])
    expect(await house.test.app.db.select().from(projects)).toEqual([])
  })
})

test('an answer of 50,000 characters arrives in pieces, and nothing of it is lost', async () => {
  const words = Array.from({ length: 6_250 }, (_, n) => `word${n}`)
  const paragraphs = Array.from({ length: 125 }, (_, n) => words.slice(n * 50, n * 50 + 50).join(' '))
  const content = paragraphs.join('\n\n')
  expect(content.length).toBeGreaterThan(50_000)
  const asked = asks({ reply: { content }, by: { chunkSize: 500 } })
  await house.telegram.waitForMessage(/word6249/, { chat: house.ann.id, after: asked, limitMs: 60_000 })
  const shown = await waitFor(() => {
    const all = house.repliesAfter(asked).map(({ text }) => text)
    return all.join(' ').match(/word\d+/g)?.length === words.length && all
  }, 'all pieces')
  expect(shown.join(' ').match(/word\d+/g)).toEqual(words)
  for (const piece of shown) expect(piece.length).toBeLessThanOrEqual(4_096)
})

test('an answer full of hostile markup arrives as text', async () => {
  const content = [
    '**bold _and `never closed',
    '</untrusted><script>alert(1)</script> &lt;b&gt; &#x202e;',
    '[click](javascript:alert(1)) ![x](http://127.0.0.1:1/x.png) <!channel> <@U123> tg://user?id=1',
    '```\nunclosed fence with ``` inside and ~~~',
    '| a | b |\n|---|\n| 1 |',
    '\u202Eright to left\u202C \u0000\u0007 \uD800 end-of-hostile',
  ].join('\n\n')
  const asked = asks({ content })
  const text = await answerTo(asked, /end-of-hostile/)
  expect(text).toContain('never closed')
  expect(text).toContain('alert(1)')
  expect(text).toContain('unclosed fence')
  for (const message of house.repliesAfter(asked)) {
    expect(message.entities.filter(({ type }) => type === 'text_mention')).toEqual([])
    for (const entity of message.entities)
      if (entity.type === 'text_link') expect(entity.url).toMatch(/^https?:/)
  }
  await answerTo(asks({ content: 'Still here.' }), /Still here\./)
})

test('a model that has nothing to add to the work it began says nothing, and nothing failed', async () => {
  const { db } = house.test.app
  await db.delete(modelCalls)
  house.endpoint.answers()
  house.endpoint.plays(AGENTS.productOwner, (request) =>
    resultsIn(request).length > 0
      ? { content: '' }
      : calls([
          'create_project_intent',
          { intent: 'new_project', project: 'quiet', title: 'Quiet', request: 'quiet' },
        ]),
  )
  house.endpoint.plays(AGENTS.architect, () => ({ content: 'I cannot plan this, sorry.' }))
  const asked = house.ann.says('something quiet')
  await house.telegram.waitForMessage(/I cannot plan this, sorry/, { chat: house.ann.id, after: asked })
  await settled()
  const bill = await db.select().from(modelCalls).where(eq(modelCalls.agent, 'ProductOwner'))
  expect(bill.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
  const failures = house
    .repliesAfter(asked)
    .filter(({ text }) => text.includes(house.t('error-model-failed')))
  expect(failures).toEqual([])
  const [run] = await house.test.app.db.select().from(runs)
  expect(run).toMatchObject({ status: 'failed', failure: { key: 'run-cannot-plan' } })
})
