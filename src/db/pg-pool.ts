import pg from 'pg'

/**
 * A pool of the `pg` driver, for the libraries that bring their own SQL. A connection that breaks while nobody asks it
 * anything reports that as an event, whether it lies in the pool or somebody holds it between two statements; without a
 * listener either would end the process. The next query fails or reconnects, and that is what callers handle.
 */
export const createPgPool = (options: pg.PoolConfig): pg.Pool => {
  // TCP keep-alive, so that a listener whose connection died notices.
  const pool = new pg.Pool({ keepAlive: true, ...options })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
