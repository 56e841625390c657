import type { Executor } from '../../../db/client.ts'
import { digestContents } from '../../../domain/alerting/digest.ts'
import { beginOfDigest } from '../../../domain/alerting/message-keys.ts'
import { userNames } from '../../../domain/users/reader.ts'
import type { DigestCardData } from '../../cards/digest.ts'

export const digestData = async (
  db: Executor,
  key: string,
  conversationId: string,
  now: Date,
): Promise<DigestCardData> => {
  const contents = await digestContents(db, { key, conversationId })
  const names = await userNames(
    db,
    contents.worst.map(({ acknowledgedBy }) => acknowledgedBy),
  )
  return { ...contents, names, since: beginOfDigest(key) ?? now, now }
}
