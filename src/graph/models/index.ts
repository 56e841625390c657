import type { Config } from '../../config.ts'
import type { Models } from './model.ts'
import { createOfflineModels } from './offline.ts'
import { createOpenAiModels } from './openai.ts'

/** A real endpoint when there is a key for one, else the demo that needs nothing. */
export const createModels = (settings: Config['model']): Models =>
  settings ? createOpenAiModels(settings) : createOfflineModels()
