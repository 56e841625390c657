import { AppError } from '../errors.ts'

/** SQLSTATE class 08, the shutdowns of class 57, a server that is full (53300), and what the drivers and the system say of a cut connection. */
const CODES = /^(08\w{3}|57P0[123]|53300|CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|ETIMEDOUT)$/
/** pg has no codes for them. */
const WORDS = /^Connection terminated|connection error and is not queryable$/

/**
 * Whether a query failed because the database went away in the middle, as when it is started anew: nothing is
 * wrong with the work, and it goes on when the database is back. Only for what came straight from a query; an
 * endpoint that cannot be reached is an AppError or fetch's TypeError.
 */
export const isConnectionLost = (error: unknown): boolean => {
  if (!(error instanceof Error) || error instanceof AppError || error instanceof TypeError) return false
  const code = 'code' in error ? String(error.code) : ''
  return CODES.test(code) || WORDS.test(error.message) || isConnectionLost(error.cause)
}
