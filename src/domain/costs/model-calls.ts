import type { Executor } from '../../db/client.ts'
import { modelCalls } from '../../db/schema/index.ts'

export type ModelCall = typeof modelCalls.$inferInsert

/** One row per call of a model, whatever its outcome (G-12). */
export const recordModelCall = async (db: Executor, call: ModelCall): Promise<void> => {
  await db.insert(modelCalls).values(call)
}
