import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { auditEntries } from '../../../src/db/schema/audit.ts'
import { settings } from '../../../src/db/schema/settings.ts'
import { identities, invites, strangerNotices, users } from '../../../src/db/schema/users.ts'
import { disableUser, setLang, setRole } from '../../../src/domain/users/change-user.ts'
import { prepareClaimCode } from '../../../src/domain/users/claim.ts'
import { ensureConsoleOwner } from '../../../src/domain/users/console-owner.ts'
import { findUser, listUsers, shortId } from '../../../src/domain/users/find-user.ts'
import { createInvite } from '../../../src/domain/users/invites.ts'
import { type Identity, type Person, resolvePerson } from '../../../src/domain/users/person.ts'
import { redeemCode } from '../../../src/domain/users/redeem-code.ts'
import { noticeStranger } from '../../../src/domain/users/strangers.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let base: TestDatabase
const now = new Date('2030-01-01T12:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const account = (name: string): Identity => ({ platform: 'telegram', platformUserId: `id-${name}`, name })

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  for (const table of [auditEntries, strangerNotices, invites, identities, users, settings])
    await base.db.delete(table)
})

const claimAs = (name: string, code: string, at = now) =>
  base.db.transaction((tx) => redeemCode(tx, account(name), code, at))
const acceptAs = (name: string, code: string, at = now) =>
  base.db.transaction((tx) => redeemCode(tx, account(name), code, at))
const owner = () => ensureConsoleOwner(base.db, { platformUserId: 'local', name: 'You' })
const invite = (person: Person, role: Person['role'], ttlMs = HOUR_MS) =>
  base.db.transaction((tx) => createInvite(tx, person, { role, ttlMs, surface: 'console', now }))
const join = async (by: Person, name: string, role: Person['role']): Promise<Person> => {
  const joined = await acceptAs(name, (await invite(by, role)).code)
  if (joined.outcome !== 'admitted') throw new Error(joined.outcome)
  return joined.person
}
const change = (person: Person) => ({ person, surface: 'telegram', now })

describe('an account', () => {
  test('of a stranger is remembered, with its newest name, and is nobody', async () => {
    expect(await resolvePerson(base.db, account('eve'))).toBeUndefined()
    expect(
      await resolvePerson(base.db, { ...account('eve'), name: 'Eve\u202e\n\u0000 X', langHint: 'ru' }),
    ).toBeUndefined()
    expect(await base.db.select().from(identities)).toMatchObject([{ name: 'Eve X', langHint: 'ru' }])
  })

  test('speaks the language its person chose, else the platform’s, else English', async () => {
    const anna = await join(await owner(), 'anna', 'member')
    expect((await resolvePerson(base.db, account('anna')))?.lang).toBe('en')
    expect((await resolvePerson(base.db, { ...account('anna'), langHint: 'ru' }))?.lang).toBe('ru')
    await base.db.transaction((tx) => setLang(tx, anna, 'en'))
    expect((await resolvePerson(base.db, { ...account('anna'), langHint: 'ru' }))?.lang).toBe('en')
  })

  test('that came in signed with its id gets its name as soon as the platform tells it, and keeps it', async () => {
    const anna = { ...account('anna'), name: 'id-anna' }
    const { code } = await invite(await owner(), 'member')
    await base.db.transaction((tx) => redeemCode(tx, anna, code, now))
    await resolvePerson(base.db, account('anna'))
    expect((await resolvePerson(base.db, anna))?.name).toBe('anna')
    await resolvePerson(base.db, { ...account('anna'), name: 'Mrs Anna' })
    expect((await resolvePerson(base.db, anna))?.name).toBe('anna')
  })

  test('two first messages at once make one account', async () => {
    await Promise.all(Array.from({ length: 8 }, () => resolvePerson(base.db, account('eve'))))
    expect(await base.db.select().from(identities)).toHaveLength(1)
  })
})

test('a stranger is noticed once a day, however many messages arrive at once', async () => {
  const today = await Promise.all(
    Array.from({ length: 6 }, () => noticeStranger(base.db, account('eve'), '2030-01-01')),
  )
  expect(today.filter(Boolean)).toHaveLength(1)
  expect(await noticeStranger(base.db, account('eve'), '2030-01-02')).toBe(true)
  expect(await noticeStranger(base.db, account('bob'), '2030-01-02')).toBe(true)
})

describe('the claim code', () => {
  test('is the same after a restart, until it was used', async () => {
    const code = await prepareClaimCode(base.db)
    expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/)
    expect(await prepareClaimCode(base.db)).toBe(code)
    await claimAs('anna', code ?? '')
    expect(await prepareClaimCode(base.db)).toBeUndefined()
  })

  test('may be chosen, and chosen anew, by who installs', async () => {
    await prepareClaimCode(base.db)
    expect(await prepareClaimCode(base.db, 'chosen-one')).toBe('chosen-one')
    expect(await claimAs('anna', 'CHOSEN one')).toMatchObject({
      outcome: 'claimed',
      person: { role: 'owner' },
    })
    expect(await prepareClaimCode(base.db, 'chosen-two')).toBeUndefined()
    await expect(prepareClaimCode(base.db, '- - - - a')).rejects.toMatchObject({ code: 'misconfigured' })
  })

  test('makes one owner of ten who race for it', async () => {
    const code = (await prepareClaimCode(base.db)) ?? ''
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => claimAs(`racer-${i}`, code)))
    expect(outcomes.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'already_claimed')).toHaveLength(9)
    expect(await listUsers(base.db)).toMatchObject([{ role: 'owner' }])
  })

  test('after five wrong ones within an hour even the right one is not looked at', async () => {
    const code = (await prepareClaimCode(base.db)) ?? ''
    const guesses = await Promise.all(Array.from({ length: 7 }, (_, i) => claimAs('eve', `WRONG${i}`)))
    expect(guesses.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(3).fill('too_many'),
      ...Array(4).fill('wrong'),
    ])
    expect(guesses.filter((one) => one.outcome === 'too_many' && one.fresh)).toHaveLength(1)
    expect(await claimAs('eve', code, later(59 * MINUTE_MS))).toEqual({
      outcome: 'too_many',
      until: later(HOUR_MS),
      fresh: false,
    })
    expect((await claimAs('anna', 'WRONG')).outcome).toBe('wrong')
    expect((await claimAs('eve', code, later(HOUR_MS + 1))).outcome).toBe('claimed')
  })

  test('is not used up by the console’s person, who is an owner anyway', async () => {
    const code = (await prepareClaimCode(base.db)) ?? ''
    const [first, second] = await Promise.all([owner(), owner()])
    expect(first).toMatchObject({ role: 'owner' })
    expect(second.id).toBe(first.id)
    expect(await prepareClaimCode(base.db)).toBe(code)
    expect((await claimAs('anna', code)).outcome).toBe('claimed')
  })

  test('nothing can be claimed before a code was prepared', async () => {
    expect((await claimAs('eve', '')).outcome).toBe('wrong')
  })
})

describe('an invitation', () => {
  test('lets exactly one of many in', async () => {
    const { code } = await invite(await owner(), 'member')
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, i) => acceptAs(`friend-${i}`, code)))
    expect(outcomes.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'used')).toHaveLength(5)
    expect((await listUsers(base.db)).map(({ role }) => role)).toEqual(['owner', 'member'])
  })

  test('is kept as a hash only', async () => {
    const { code } = await invite(await owner(), 'member')
    expect(JSON.stringify(await base.db.select().from(invites))).not.toContain(code.slice(0, 9))
  })

  test('expires', async () => {
    const { code } = await invite(await owner(), 'member')
    expect((await acceptAs('anna', code, later(HOUR_MS))).outcome).toBe('expired')
    expect(await resolvePerson(base.db, account('anna'))).toBeUndefined()
  })

  test('is not used up by somebody who is in already', async () => {
    const you = await owner()
    await join(you, 'anna', 'viewer')
    const { code } = await invite(you, 'admin')
    expect(await acceptAs('anna', code)).toMatchObject({
      outcome: 'already_member',
      person: { role: 'viewer' },
    })
    expect((await acceptAs('bob', code)).outcome).toBe('admitted')
  })

  test('never offers more than the inviter is, and members invite nobody', async () => {
    const you = await owner()
    const admin = await join(you, 'adam', 'admin')
    const member = await join(you, 'mary', 'member')
    await expect(invite(admin, 'owner')).rejects.toMatchObject({
      code: 'forbidden',
      userMessage: { key: 'error-role-above-yours' },
    })
    await expect(invite(member, 'viewer')).rejects.toMatchObject({ code: 'forbidden' })
    expect((await invite(admin, 'admin')).role).toBe('admin')
  })

  test('of somebody whose access was withdrawn is worth nothing', async () => {
    const you = await owner()
    const admin = await join(you, 'adam', 'admin')
    const { code } = await invite(admin, 'member')
    await base.db.transaction((tx) => disableUser(tx, admin.id, change(you)))
    expect((await acceptAs('bob', code)).outcome).toBe('wrong')
  })

  test('guessing is bounded', async () => {
    const { code } = await invite(await owner(), 'member')
    for (let i = 0; i < 5; i++) await acceptAs('eve', `NO-${i}`)
    expect((await acceptAs('eve', code)).outcome).toBe('too_many')
  })
})

describe('changing people', () => {
  test('the last owner can be neither demoted nor shut out, not even by themselves', async () => {
    const you = await owner()
    const demote = base.db.transaction((tx) => setRole(tx, you.id, 'admin', change(you)))
    await expect(demote).rejects.toMatchObject({ userMessage: { key: 'error-last-owner' } })
    const disable = base.db.transaction((tx) => disableUser(tx, you.id, change(you)))
    await expect(disable).rejects.toMatchObject({ userMessage: { key: 'error-last-owner' } })
  })

  test('of two owners who demote each other at once one stays', async () => {
    const you = await owner()
    const anna = await join(you, 'anna', 'owner')
    const outcomes = await Promise.allSettled([
      base.db.transaction((tx) => setRole(tx, you.id, 'member', change(anna))),
      base.db.transaction((tx) => setRole(tx, anna.id, 'member', change(you))),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await listUsers(base.db)).filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('an admin reaches neither owners nor their role', async () => {
    const you = await owner()
    const admin = await join(you, 'adam', 'admin')
    const member = await join(you, 'mary', 'member')
    const attempt = (userId: string, role: Person['role'], by: Person) =>
      base.db.transaction((tx) => setRole(tx, userId, role, change(by)))
    await expect(attempt(you.id, 'viewer', admin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt(member.id, 'owner', admin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt(admin.id, 'viewer', member)).rejects.toMatchObject({ code: 'forbidden' })
    await attempt(member.id, 'operator', admin)
    expect(await resolvePerson(base.db, account('mary'))).toMatchObject({ role: 'operator' })
  })

  test('a person whose access was withdrawn is a stranger, and comes back as the same person', async () => {
    const you = await owner()
    const anna = await join(you, 'anna', 'member')
    await base.db.transaction((tx) => disableUser(tx, anna.id, change(you)))
    expect(await resolvePerson(base.db, account('anna'))).toBeUndefined()
    expect(await join(you, 'anna', 'viewer')).toMatchObject({ id: anna.id, role: 'viewer' })
  })

  test('every change is in the audit, with who, what and from where', async () => {
    const you = await owner()
    const anna = await join(you, 'anna', 'member')
    await base.db.transaction((tx) => setRole(tx, anna.id, 'admin', change(you)))
    const entries = await base.db.select().from(auditEntries).where(eq(auditEntries.action, 'user.role'))
    expect(entries).toMatchObject([
      {
        userId: you.id,
        actor: 'You',
        surface: 'telegram',
        subject: 'anna',
        result: 'ok',
        detail: { from: 'member', to: 'admin' },
      },
    ])
    const actions = (await base.db.select().from(auditEntries)).map(({ action }) => action).sort()
    expect(actions).toEqual(['user.invite', 'user.join', 'user.role'])
  })
})

describe('finding a person', () => {
  test('by name, account, or the beginning of the id', async () => {
    const you = await owner()
    const anna = await join(you, 'anna', 'member')
    for (const ref of ['Anna', '@anna', 'telegram:id-anna', shortId(anna.id)])
      expect(await findUser(base.db, ref)).toMatchObject({ id: anna.id, accounts: ['telegram:id-anna'] })
  })

  test('two of one name must be told apart; nobody, and hostile words, are nobody', async () => {
    const you = await owner()
    const twin = { platform: 'slack', platformUserId: 'T1:U1', name: 'anna' }
    await join(you, 'anna', 'member')
    const { code } = await invite(you, 'member')
    await base.db.transaction((tx) => redeemCode(tx, twin, code, now))
    await expect(findUser(base.db, 'anna')).rejects.toMatchObject({
      userMessage: { key: 'error-user-ambiguous', args: { choices: 'telegram:id-anna, slack:T1:U1' } },
    })
    for (const ref of ['', '%', "' or 1=1 --", '../../etc'])
      await expect(findUser(base.db, ref)).rejects.toMatchObject({ code: 'not_found' })
  })
})
