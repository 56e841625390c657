import { AppError, errorText } from '../errors.ts'

/** Refused, unknown host, wrong password: what the network and Postgres say when DATABASE_URL is wrong. */
const CONNECTION_PROBLEMS = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '28P01',
  '28000',
  '3D000',
])

/** What to do about a DATABASE_URL that does not work; any other error as it is. */
export const asConnectionProblem = (error: unknown): unknown => {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string' || !CONNECTION_PROBLEMS.has(code)) return error
  return new AppError(
    'misconfigured',
    `The database of DATABASE_URL cannot be used: ${errorText(error)}.\n` +
      'Check host, port, user, password and database name; `npm run prorab -- doctor` checks every connection.',
    { cause: error },
  )
}
