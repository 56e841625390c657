import { AppError, errorText } from '../../errors.ts'

/** What a person can do about a data folder in which the system refuses us the database. Other errors stay as they are. */
export const asDataDirProblem = (error: unknown, dataDir: string): unknown => {
  // Refusals of the system, of SQLite and of initdb carry a code; mistakes of ours do not.
  if (error instanceof AppError || !(error instanceof Error) || !('code' in error)) return error
  const stderr = 'stderr' in error ? String(error.stderr) : ''
  const text = `${errorText(error)}\n${stderr}`.trim()
  return new AppError(
    'misconfigured',
    isDiskFull(text)
      ? `The disk that holds ${dataDir} is full: the database could not be started. ` +
          'Free about 200 MB, or point PRORAB_DATA_DIR at another disk, and start again.'
      : `The database could not be started in ${dataDir}: ${text}\n` +
          'Point PRORAB_DATA_DIR at a folder that can be written to, or set DATABASE_URL.',
    { cause: error },
  )
}

const isDiskFull = (text: string) => /no space left|ENOSPC|disk quota|disk is full/i.test(text)
