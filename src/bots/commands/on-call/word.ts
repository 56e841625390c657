import { AppError } from '../../../errors.ts'
import type { Answer, CommandContext } from '../context.ts'

/** A word after `/oncall`. */
export interface OnCallWord {
  names: readonly string[]
  example: string
  run(context: CommandContext, args: string): Promise<Answer>
}

/** What was not understood, and words that would have been. */
export const notUnderstood = ({ example }: Pick<OnCallWord, 'example'>, wrong: string): AppError =>
  new AppError('invalid', 'the words about on-call were not understood', {
    userMessage: wrong.trim()
      ? { key: 'on-call-not-understood', args: { wrong: wrong.trim().slice(0, 80), example } }
      : { key: 'on-call-incomplete', args: { example } },
  })
