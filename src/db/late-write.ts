/**
 * The driver (postgres.js 3.4.9) writes what it has gathered in the next round of the event loop. When the server has
 * closed the connection in between, inside a transaction, it throws there, where nobody can catch it: "Cannot read
 * properties of null (reading 'write')". The transaction itself was rejected when the connection closed, and is tried
 * again like any other that lost its connection, so the process need not end of it.
 */
export const isLateWrite = (error: unknown): boolean =>
  error instanceof TypeError &&
  error.message === "Cannot read properties of null (reading 'write')" &&
  /[\\/]postgres[\\/](?:cjs[\\/])?src[\\/]connection\.js/.test(error.stack ?? '')
