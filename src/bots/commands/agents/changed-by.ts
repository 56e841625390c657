import type { ChangedBy } from '../../../domain/agents/change.ts'
import type { CommandContext } from '../context.ts'

/** Who changes an agent, as its history and the audit write it down. */
export const changedBy = ({ person, row, now }: CommandContext): ChangedBy => ({
  person,
  surface: row.platform,
  now,
})
