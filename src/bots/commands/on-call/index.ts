import { calendarWord } from './calendar.ts'
import { offWord } from './off.ts'
import { overrideWord } from './override.ts'
import { setWord } from './set.ts'
import { agreeWord, declineWord, swapWord } from './swap.ts'
import type { OnCallWord } from './word.ts'

/** What may follow `/oncall`; anything else is a project. */
export const onCallWords: readonly OnCallWord[] = [
  setWord,
  offWord,
  swapWord,
  overrideWord,
  calendarWord,
  agreeWord,
  declineWord,
]
