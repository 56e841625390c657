import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { CHECKPOINT_SCHEMA } from '../db/migrate.ts'
import { createPgPool } from '../db/pg-pool.ts'

const POOL_SIZE = 5

/** Where the graphs' checkpoints are kept. The tables are made by the migration, not here. */
export const createCheckpointer = (databaseUrl: string) => {
  const pool = createPgPool({ connectionString: databaseUrl, max: POOL_SIZE })
  return {
    saver: new PostgresSaver(pool, undefined, { schema: CHECKPOINT_SCHEMA }),
    close: () => pool.end(),
  }
}
