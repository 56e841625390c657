import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { AppError, errorText } from '../../errors.ts'

/** A file, or standard input without one or for `-`. @throws AppError invalid. */
export const readText = async (file: string | undefined, input: Readable): Promise<string> => {
  if (file === undefined || file === '-') return text(input)
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AppError('invalid', `${file} cannot be read: ${errorText(error)}`, { cause: error })
  }
}

/** @throws AppError invalid. */
export const readJson = async (file: string | undefined, input: Readable): Promise<unknown> => {
  const source = await readText(file, input)
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new AppError('invalid', `${file ?? 'standard input'} is not JSON: ${errorText(error)}`, {
      cause: error,
    })
  }
}
