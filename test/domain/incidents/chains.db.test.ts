import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInbox } from '../../../src/domain/conversations/inbox.ts'
import { adminIds } from '../../../src/domain/incidents/chains.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import { ensureConsoleOwner } from '../../../src/domain/users/console-owner.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let base: TestDatabase
beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())

test('an owner who never sat down at the machine is nobody to call, and one who did is', async () => {
  const { db } = base
  const sitting = { platformUserId: 'local', name: 'root' }
  const seated = await ensureConsoleOwner(db, sitting)
  const ann = await db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: '7', name: 'Ann' }, 'owner'),
  )
  expect(await adminIds(db)).toEqual([ann.id])
  await createInbox(db).write({
    platform: 'console',
    eventId: '1',
    conversation: { key: 'console:local', kind: 'private' },
    platformUserId: sitting.platformUserId,
    body: { kind: 'command', name: 'help', args: '', author: { name: sitting.name } },
  })
  expect(await adminIds(db)).toEqual([seated.id, ann.id])
})
