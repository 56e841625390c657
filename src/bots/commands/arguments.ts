import { AppError } from '../../errors.ts'
import type { Command } from './command.ts'

type Described = Pick<Command, 'usage' | 'example'>

/** An argument problem, answered with the usage and an example. */
export const usageError = ({ usage, example }: Described): AppError =>
  new AppError('invalid', 'the arguments do not fit the usage', {
    userMessage: { key: 'error-usage', args: { usage, example } },
  })

/** The words of an argument line. @throws AppError invalid for fewer or more than the command takes. */
export const words = (
  command: Described,
  args: string,
  { min, max }: { min: number; max: number },
): string[] => {
  const parts = args.split(/\s+/).filter(Boolean)
  if (parts.length < min || parts.length > max) throw usageError(command)
  return parts
}

/** A whole number within bounds, or the default when the word was left out. @throws AppError invalid. */
export const wholeNumber = (
  command: Described,
  word: string | undefined,
  { byDefault, min = 1, max }: { byDefault: number; min?: number; max: number },
): number => {
  if (word === undefined) return byDefault
  const number = /^\d{1,6}$/.test(word) ? Number(word) : Number.NaN
  if (!(number >= min && number <= max)) throw usageError(command)
  return number
}
