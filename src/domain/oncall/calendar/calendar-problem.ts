import { AppError } from '../../../errors.ts'

/** Why a calendar cannot be used; each is the key of a text, after `calendar-problem-`. */
export const CALENDAR_PROBLEMS = [
  'address' /** no http address at all */,
  'inside' /** it leads to this machine or a private network */,
  'unreachable',
  'status' /** the other side answered with an error */,
  'redirects',
  'too-large',
  'too-slow',
  'no-calendar',
  'too-much' /** more events than anybody is on call */,
] as const
export type CalendarProblem = (typeof CALENDAR_PROBLEMS)[number]

export const isCalendarProblem = (word: string): word is CalendarProblem =>
  CALENDAR_PROBLEMS.some((problem) => problem === word)

/** What the row of a calendar keeps about a failure, to be told in anybody's language. */
export const problemOf = (error: unknown): CalendarProblem | undefined => {
  const word = error instanceof AppError ? error.userMessage.key.replace('calendar-problem-', '') : ''
  return isCalendarProblem(word) ? word : undefined
}

export const calendarError = (problem: CalendarProblem, cause?: unknown): AppError =>
  new AppError('invalid', `the calendar cannot be used: ${problem}`, {
    cause,
    userMessage: { key: `calendar-problem-${problem}`, args: {} },
  })
