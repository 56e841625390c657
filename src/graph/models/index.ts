import type { Config } from '../../config.ts'
import type { Models } from './model.ts'
import { createOfflineModels } from './offline.ts'

/** A real endpoint when there is a key for one, else the demo that needs nothing. */
export const createModels = async (settings: Config['model']): Promise<Models> => {
  if (!settings) return createOfflineModels()
  // Only then: the library behind it takes ten megabytes.
  const { createOpenAiModels } = await import('./openai.ts')
  return createOpenAiModels(settings)
}
