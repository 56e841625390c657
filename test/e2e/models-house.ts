import { parseMarkdown, plainText } from '../../src/bots/markdown.ts'
import { createTexts, type TextArgs } from '../../src/bots/texts.ts'
import { SECOND_MS } from '../../src/clock.ts'
import type { Person } from '../fakes/telegram/person.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { startTelegramFake, type TelegramFake } from '../fakes/telegram.ts'
import {
  calls,
  lastSaid,
  type ModelEndpoint,
  resultsIn,
  startModelEndpoint,
} from '../graph/models/endpoint.ts'
import { CLAIM_CODE, startTestApp, type TestApp } from '../support/app.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { waitFor } from '../support/wait-for.ts'

/** The program with a real model's client, an endpoint that plays the model, and Ann, the owner, in Telegram. */
export interface ModelsHouse extends AsyncDisposable {
  telegram: TelegramFake
  endpoint: ModelEndpoint
  test: TestApp
  ann: Person
  t(key: string, args?: TextArgs): string
  /** What Ann says, and the first message of the bot after it that matches. */
  hears(
    text: string,
    match: Parameters<TelegramFake['waitForMessage']>[0],
    limitMs?: number,
  ): Promise<ShownMessage>
  /** Lets time run so many milliseconds at a step until this is there: nobody sits through a back-off. */
  hurrying<T>(awaited: Promise<T>, stepMs?: number): Promise<T>
  /** The bot's messages after this one, oldest first. */
  repliesAfter(message: ShownMessage): ShownMessage[]
}

/** Long enough for what woke to get something done. */
const HURRY_MS = 50

export const openModelsHouse = async (): Promise<ModelsHouse> => {
  const clock = createSkippingClock()
  const telegram = await startTelegramFake({ now: () => clock.now().getTime() })
  const endpoint = await startModelEndpoint()
  const test = await startTestApp({
    clock,
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.root,
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: endpoint.openRouterUrl,
      PRORAB_MODEL: 'openrouter/vendor/coder-1',
    },
  })
  const texts = createTexts()
  const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
  ann.says(`/claim ${CLAIM_CODE}`)
  await telegram.waitForMessage(/owner/i, { chat: ann.id })
  return {
    telegram,
    endpoint,
    test,
    ann,
    t: (key, args) => plainText(parseMarkdown(texts.t('en', key, args))),
    hears: (text, match, limitMs) =>
      telegram.waitForMessage(match, { chat: ann.id, after: ann.says(text), limitMs }),
    hurrying: async (awaited, stepMs = SECOND_MS) => {
      const hurry = setInterval(() => clock.skip(stepMs), HURRY_MS)
      return awaited.finally(() => clearInterval(hurry))
    },
    repliesAfter: ({ id }) =>
      telegram
        .chat(ann.id)
        .messages()
        .filter((one) => one.own && one.id > id),
    [Symbol.asyncDispose]: async () => {
      await test[Symbol.asyncDispose]()
      await endpoint[Symbol.asyncDispose]()
      await telegram.close()
    },
  }
}

/** How a prompt is recognised: words of the agent's own prompt. */
export const AGENTS = {
  productOwner: 'You are the product owner',
  architect: 'You are the architect',
  developer: 'Do the task you are given',
} as const

export const USAGE = { prompt_tokens: 100, completion_tokens: 20, cost: 0.01 }

type Answer = ReturnType<typeof calls> | { content: string }

export interface Play {
  /** What the product owner starts when a person speaks, by the words it hears. */
  intents: [heard: RegExp, intent: Record<string, string>][]
  /** What the architect hands in, by the words of the request. */
  /** What the architect hands in, or the words with which it hands in nothing. */
  plans: [
    heard: RegExp,
    plan: { summary: string; tasks: { id: string; title: string; files: string[] }[] } | string,
  ][]
  /** What the developer does, by the words of its assignment: one answer after another. */
  work: [heard: RegExp, answers: Answer[]][]
}

/**
 * Three agents that know their lines. Each reads what a model reads, its prompt, its assignment and the results of
 * its tools, and answers with the next line; a developer whose lines are over begins again with each assignment.
 */
export const plays = (endpoint: ModelEndpoint, { intents, plans, work }: Play): void => {
  const linesFor = <T>(book: [RegExp, T][], said: string): T => {
    const line = book.find(([heard]) => heard.test(said))
    if (!line) throw new Error(`nobody wrote a line for: ${said.slice(0, 500)}`)
    return line[1]
  }
  endpoint.plays(AGENTS.productOwner, (request) => {
    if (resultsIn(request).length > 0) return { content: 'The work has begun.', usage: USAGE }
    const intent = linesFor(intents, lastSaid(request))
    return { ...calls(['create_project_intent', intent]), usage: USAGE }
  })
  endpoint.plays(AGENTS.architect, (request) => {
    const plan = linesFor(plans, lastSaid(request))
    if (typeof plan === 'string') return { content: plan, usage: USAGE }
    const rest = { endpoints: ['GET /'], estimatedCost: 0.1, target: 'this machine', notes: [] }
    // Forgets the tasks at first, and is told so.
    const tasks = resultsIn(request).length === 0 ? [] : plan.tasks
    return { ...calls(['submit_plan', { ...plan, ...rest, tasks }]), usage: USAGE }
  })
  endpoint.plays(AGENTS.developer, (request) => {
    const answers = linesFor(work, lastSaid(request))
    const turn = request.messages.filter(({ role }) => role === 'assistant').length
    return {
      ...(answers[Math.min(turn, answers.length - 1)] ?? { content: 'Nothing left to do' }),
      usage: USAGE,
    }
  })
}

/** A service that counts visits: what the scripted developer writes. */
export const VISITS = {
  'package.json': JSON.stringify({ name: 'visits', type: 'module', scripts: { start: 'node server.js' } }),
  'server.js': `import { createServer } from 'node:http'
let visits = 0
export const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/healthz') return response.end(JSON.stringify({ status: 'ok', version: process.env.VERSION }))
  visits += 1
  response.end(JSON.stringify({ visits }))
})
if (process.env.PORT) server.listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
`,
  'server.test.js': testOf(1),
}

/** Its test, expecting this many visits at the first visit: 1 is right. */
export function testOf(expected: number): string {
  return `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { server } from './server.js'
test('the first visit is counted', async (t) => {
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const { visits } = await (await fetch('http://127.0.0.1:' + server.address().port)).json()
  assert.equal(visits, ${expected})
})
`
}

export const writes = (files: Record<string, string>): [string, unknown][] =>
  Object.entries(files).map(([path, content]) => ['write_file', { path, content }])

/** Presses a button of the newest message that has it, and waits until the message says what became of it. */
export const approves = async (
  { telegram, ann }: ModelsHouse,
  button: string,
  card: ShownMessage,
): Promise<void> => {
  ann.presses(button, { message: card })
  await waitFor(
    () =>
      telegram
        .chat(ann.id)
        .messages()
        .find(({ id, buttons }) => id === card.id && !buttons.includes(button)),
    `the card to be ${button}d`,
  )
}
