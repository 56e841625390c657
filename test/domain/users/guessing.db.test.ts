import { expect, test } from 'vitest'
import { HOUR_MS } from '../../../src/clock.ts'
import { prepareClaimCode } from '../../../src/domain/users/claim.ts'
import { ensureConsoleOwner } from '../../../src/domain/users/console-owner.ts'
import { createInvite } from '../../../src/domain/users/invites.ts'
import type { Identity } from '../../../src/domain/users/person.ts'
import { redeemCode } from '../../../src/domain/users/redeem-code.ts'
import { createTestDatabase } from '../../support/database.ts'

const now = new Date('2030-01-01T12:00:00Z')

test('a viewer cannot guess their way to owner: their tries are counted as a stranger’s are', async () => {
  const base = await createTestDatabase()
  try {
    const vic: Identity = { platform: 'telegram', platformUserId: '7', name: 'Vic' }
    const tryCode = (code: string, at = now) => base.db.transaction((tx) => redeemCode(tx, vic, code, at))
    await prepareClaimCode(base.db, 'SECRET-1')
    const owner = await ensureConsoleOwner(base.db, { platformUserId: 'local', name: 'You' })
    const { code } = await base.db.transaction((tx) =>
      createInvite(tx, owner, { role: 'viewer', surface: 'console', now }),
    )
    expect((await tryCode(code)).outcome).toBe('admitted')

    for (let guess = 1; guess <= 5; guess++)
      expect((await tryCode(`GUESS-${guess}`)).outcome).toBe('already_member')
    expect((await tryCode('SECRET-1')).outcome).toBe('too_many')
    expect((await tryCode('SECRET-1', new Date(now.getTime() + HOUR_MS))).outcome).toBe('claimed')
  } finally {
    await base.close()
  }
})
