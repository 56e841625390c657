import { type ChatCompletionRequest, type Fixture, type FixtureOpts, LLMock } from '@copilotkit/aimock'

type Reply = Exclude<Fixture['response'], (...args: never[]) => unknown>

/** How one request is answered: a reply, and how it travels (cut off after so many pieces, so late, …). */
export type Step = Reply | { reply: Reply; by: FixtureOpts }

export interface ModelEndpoint extends AsyncDisposable {
  /** For OPENAI_BASE_URL. */
  url: string
  /** The same, as OpenRouter: answers say what they cost. */
  openRouterUrl: string
  /** What was asked, oldest first. */
  readonly requests: ChatCompletionRequest[]
  /** The next requests are answered so, in this order; the last answer is given again. */
  answers(...steps: Step[]): void
  /** Requests whose system message has these words are answered by a function of the request. */
  plays(systemMessage: string, answer: (request: ChatCompletionRequest) => Reply): void
}

/** A strict OpenAI-compatible server on a real socket. A request nobody has an answer for gets 404. */
export const startModelEndpoint = async (): Promise<ModelEndpoint> => {
  const mock = new LLMock({ port: 0, journalMaxEntries: 0 })
  await mock.start()
  return {
    url: `${mock.url}/v1`,
    openRouterUrl: `${mock.url}/api/v1`,
    get requests() {
      return mock.getRequests().flatMap(({ body }) => (body ? [body as ChatCompletionRequest] : []))
    },
    answers: (...steps) => {
      mock.clearFixtures()
      mock.resetMatchCounts()
      for (const [index, step] of steps.entries()) {
        const { reply, by } = 'reply' in step ? step : { reply: step, by: {} }
        let used = false
        const isLast = index === steps.length - 1
        mock.on(
          { predicate: () => isLast || !used },
          () => {
            used = true
            return reply
          },
          by,
        )
      }
    },
    plays: (systemMessage, answer) => void mock.on({ systemMessage }, answer),
    [Symbol.asyncDispose]: () => mock.stop(),
  }
}

/** The results of tools since the last thing a person said, oldest first. */
export const resultsIn = ({ messages }: ChatCompletionRequest): string[] => {
  const start = messages.findLastIndex(({ role }) => role === 'user')
  return messages.slice(start).flatMap(({ role, content }) => (role === 'tool' ? [String(content)] : []))
}

/** What a person or prorab said last. */
export const lastSaid = ({ messages }: ChatCompletionRequest): string =>
  String(messages.findLast(({ role }) => role === 'user')?.content ?? '')

/** An answer that calls tools. */
export const calls = (...wishes: [name: string, args: unknown][]) => ({
  toolCalls: wishes.map(([name, args]) => ({
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  })),
})
