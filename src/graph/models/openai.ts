import { ChatOpenAI, ChatOpenAICompletions } from '@langchain/openai'
import { DEFAULT_MODEL, endpointFor, OPENROUTER_URL, type OpenAiSettings } from './endpoint.ts'
import type { Models } from './model.ts'
import { LONGEST_CALL_MS } from './watch-call.ts'

/** Models that think before they answer accept no temperature but their own. */
const THINKING = /^(.*\/)?(o\d|gpt-[5-9](?!.*-chat))/

/**
 * Any OpenAI-compatible endpoint (G-12). Retries and time-outs are ours (`call-model.ts`), so that a person's stop
 * and the record of calls see each attempt.
 */
export const createOpenAiModels = (settings: OpenAiSettings): Models => {
  const nameFor: Models['nameFor'] = (agent) => agent.config.model || settings.name || DEFAULT_MODEL
  return {
    label: settings.name ?? DEFAULT_MODEL,
    nameFor,
    forAgent: (agent) => {
      const { temperature, max_tokens } = agent.config
      const { model, baseUrl } = endpointFor(nameFor(agent), settings.baseUrl)
      const fields = {
        model,
        apiKey: settings.apiKey,
        ...(THINKING.test(model) ? {} : { temperature }),
        maxTokens: max_tokens,
        maxRetries: 0,
        timeout: LONGEST_CALL_MS,
        streamUsage: true,
        // OpenRouter says what a call cost when asked to.
        ...(baseUrl?.startsWith(OPENROUTER_URL) ? { modelKwargs: { usage: { include: true } } } : {}),
        configuration: { baseURL: baseUrl },
      }
      // For a few models the library prefers OpenAI's own Responses API, which hardly anybody else has.
      return baseUrl ? new ChatOpenAICompletions(fields) : new ChatOpenAI(fields)
    },
  }
}
