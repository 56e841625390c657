import { ChatOpenAI, ChatOpenAICompletions } from '@langchain/openai'
import type { Models } from './model.ts'
import { LONGEST_CALL_MS } from './watch-call.ts'

export interface OpenAiSettings {
  apiKey: string
  baseUrl: string | undefined
  /** The model of agents that name none. */
  name: string | undefined
}

const DEFAULT_MODEL = 'gpt-4.1'
const OPENROUTER_URL = 'https://openrouter.ai/api/v1'
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

/** `openrouter/openai/gpt-4.1` is OpenRouter's `openai/gpt-4.1`; `openai/gpt-4.1` without a base URL is OpenAI's. */
export const endpointFor = (
  name: string,
  baseUrl: string | undefined,
): { model: string; baseUrl: string | undefined } => {
  if (name.startsWith('openrouter/'))
    return { model: name.slice('openrouter/'.length), baseUrl: baseUrl ?? OPENROUTER_URL }
  if (name.startsWith('openai/') && !baseUrl) return { model: name.slice('openai/'.length), baseUrl }
  return { model: name, baseUrl }
}

const OPENAI_URL = 'https://api.openai.com/v1'

/** Where the installation's own default model is asked. */
export const modelEndpoint = ({ name, baseUrl }: Omit<OpenAiSettings, 'apiKey'>): string =>
  endpointFor(name ?? DEFAULT_MODEL, baseUrl).baseUrl ?? OPENAI_URL
