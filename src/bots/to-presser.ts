import type { NoticeContent } from '../db/shapes/outgoing.ts'
import { notice } from './commands/answers.ts'
import type { CommandContext } from './commands/context.ts'

/** Tells only the person who pressed. */
export const toPresser = (
  { row }: Pick<CommandContext, 'row'>,
  key: string,
  args: NoticeContent['args'] = {},
): NoticeContent => ({
  ...notice(key, args),
  onlyToReader: true,
  ...(row.body.receipt && { receipt: row.body.receipt }),
})
