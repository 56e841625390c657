export interface OpenAiSettings {
  apiKey: string
  baseUrl: string | undefined
  /** The model of agents that name none. */
  name: string | undefined
}

export const DEFAULT_MODEL = 'gpt-4.1'
export const OPENROUTER_URL = 'https://openrouter.ai/api/v1'

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
