import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DAY_MS } from '../../src/clock.ts'
import { auditEntries, projects } from '../../src/db/schema/index.ts'
import { USER_ROLES } from '../../src/db/schema/users.ts'
import { prepareClaimCode } from '../../src/domain/users/claim.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { AppError } from '../../src/errors.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cardOf, createDesk, type Desk } from './desk.ts'

let base: TestDatabase
let desk: Desk
let owner: Person
let serial = 0
const named = (name: string) => `${name}${serial}`

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  serial += 1
  desk = createDesk(base.db)
  owner = await desk.person(named('olga'), 'owner')
})

const said = async (outgoing: Promise<{ markdown?: string } | undefined>) => (await outgoing)?.markdown

describe('a stranger', () => {
  test('gets one polite line a day, in their language, and nothing else', async () => {
    const eve = named('eve')
    expect(await said(desk.command(eve, '/projects', { lang: 'ru' }))).toContain('приглашёнными')
    for (const line of ['/users', '/start', '/help', '/claim', '/status'])
      expect(await desk.command(eve, line)).toBeUndefined()
    await desk.clock.advance(DAY_MS)
    expect(await said(desk.command(eve, '/projects'))).toContain('people who were invited')
  })

  test('talking is told the same, and is not let into a turn', async () => {
    const eve = named('eve')
    const first = await desk.write(eve, { kind: 'text', text: 'build me a bank' })
    expect(await desk.router.admit(first)).toBeUndefined()
    expect(await desk.answersTo(first)).toMatchObject([{ content: { type: 'text' } }])
    const second = await desk.write(eve, { kind: 'text', text: 'hello?' })
    expect(await desk.router.admit(second)).toBeUndefined()
    expect(await desk.answersTo(second)).toEqual([])
    const known = await desk.write(owner.name, { kind: 'text', text: 'hello' })
    expect(await desk.router.admit(known)).toMatchObject({ id: owner.id, role: 'owner' })
  })

  test('who guesses codes is answered five times, and then like any stranger', async () => {
    const eve = named('eve')
    const answers: (string | undefined)[] = []
    for (let i = 0; i < 8; i++) answers.push(await said(desk.command(eve, `/start GUESS-${i}`)))
    expect(answers.slice(0, 4)).toEqual(Array(4).fill(expect.stringContaining('I do not know this code')))
    expect(answers[4]).toContain('Too many wrong codes. Try again at 13:00 UTC')
    expect(answers[5]).toContain('people who were invited')
    expect(answers.slice(6)).toEqual([undefined, undefined])
  })
})

describe('coming in', () => {
  test('the claim code makes its first user the owner, by /start or /claim', async () => {
    const code = (await prepareClaimCode(base.db)) ?? ''
    const [first, second] = await Promise.all([
      said(desk.command(named('anna'), `/start ${code}`)),
      said(desk.command(named('boris'), `/claim ${code.toLowerCase()}`)),
    ])
    const answers = [first ?? '', second ?? '']
    expect(answers.filter((one) => one.includes('you are the owner now'))).toHaveLength(1)
    expect(answers.filter((one) => one.includes('already has an owner'))).toHaveLength(1)
  })

  test('an invitation lets one person in; the second is told that it was used', async () => {
    const invitation = (await said(desk.command(owner.name, '/invite operator'))) ?? ''
    const [, code = ''] = /`\/start (\S+)`/.exec(invitation) ?? []
    expect(await said(desk.command(named('max'), `/start ${code}`, { lang: 'ru' }))).toContain(
      'Ваша роль: оператор',
    )
    expect(await said(desk.command(named('moritz'), `/start ${code}`))).toContain('was used already')
    expect(await said(desk.command(named('max'), `/start ${code}`))).toContain('уже есть доступ')
  })

  test('invitations are not handed out in groups, where everybody would read them', async () => {
    const group = { chat: '-100', kind: 'group' as const }
    expect(await said(desk.command(owner.name, '/invite', group))).toContain('in a private chat')
  })
})

describe('who may say which command', () => {
  const ADMINS = ['/users', '/invite', '/role x member', '/audit']
  const MEMBERS = ['/stop', '/costs']
  const EVERYONE = [
    '/start',
    '/help',
    '/projects',
    '/status',
    '/approvals',
    '/agents',
    '/lang en',
    '/unsupported',
  ]

  test.each(USER_ROLES)('%s', async (role) => {
    const person = await desk.person(named(role), role)
    const refused = async (line: string) =>
      /^(Only|People who only watch)/.test((await said(desk.command(person.name, line))) ?? '')
    const isAdmin = role === 'owner' || role === 'admin'
    for (const line of ADMINS)
      expect({ line, refused: await refused(line) }).toEqual({ line, refused: !isAdmin })
    for (const line of MEMBERS)
      expect({ line, refused: await refused(line) }).toEqual({ line, refused: role === 'viewer' })
    for (const line of EVERYONE)
      expect({ line, refused: await refused(line) }).toEqual({ line, refused: false })
  })

  test('help shows what the reader may say, and a refusal is in the audit', async () => {
    const viewer = await desk.person(named('viktor'), 'viewer')
    const help = cardOf(await desk.command(viewer.name, '/help')).body
    expect(help).toContain('/projects')
    expect(help).not.toContain('/users')
    await desk.command(viewer.name, '/users')
    const audit = await base.db.select().from(auditEntries).where(eq(auditEntries.userId, viewer.id))
    expect(audit).toMatchObject([{ action: 'try.users', result: 'forbidden', surface: 'telegram' }])
  })

  test('a person whose access was withdrawn is a stranger from the next word on', async () => {
    const max = await desk.person(named('max'), 'member')
    expect(await said(desk.command(owner.name, `/role ${max.name} none`))).toBe(
      `${max.name} has no access any more.`,
    )
    expect(await said(desk.command(max.name, '/projects'))).toContain('people who were invited')
  })
})

describe('a command that is delivered five times at once', () => {
  test.each(['/projects', '/lang ru', '/invite member', '/restart', '/users please', '/nonsense'])(
    '%s is answered once',
    async (line) => {
      const [, name = '', args = ''] = /^\/(\S+)\s*(.*)$/.exec(line) ?? []
      const row = await desk.write(owner.name, { kind: 'command', name, args })
      await Promise.all(Array.from({ length: 5 }, () => desk.router.handle(row)))
      await desk.router.handle(row)
      expect(await desk.answersTo(row)).toHaveLength(1)
      expect(await desk.stateOf(row)).toBe('done')
    },
  )

  test('creates one invitation', async () => {
    const row = await desk.write(owner.name, { kind: 'command', name: 'invite', args: '' })
    await Promise.all(Array.from({ length: 5 }, () => desk.router.handle(row)))
    const audit = await base.db.select().from(auditEntries).where(eq(auditEntries.userId, owner.id))
    expect(audit.filter(({ action }) => action === 'user.invite')).toHaveLength(1)
  })
})

describe('bad arguments', () => {
  const HOSTILE = [
    '../../etc/passwd',
    "x'; drop table projects; --",
    'x'.repeat(200),
    '<!channel>',
    '*bold*_under_`code`',
    '🙂',
    '\u202egnihton',
    'UPPER_case',
    '-rf',
  ]

  test.each(HOSTILE)('%s is a clear error for every command that takes a name', async (name) => {
    for (const command of ['project', 'logs', 'restart', 'delete'])
      expect(await said(desk.command(owner.name, `/${command} ${name}`))).toMatch(
        /cannot be a project's name|There is no project|Please write it like this/,
      )
    expect(await said(desk.command(owner.name, `/role ${name} member`))).toMatch(
      /I know nobody|Please write it like this/,
    )
    expect(await said(desk.command(owner.name, `/${name.replace(/\s/g, '')}`))).toContain('I do not know')
    expect(await base.db.select().from(projects).where(eq(projects.status, 'archived'))).toEqual([])
  })

  test.each([
    ['/project', '/project NAME', '/project url-shortener'],
    ['/logs a b c d', '/logs NAME [LINES]', '/logs url-shortener 100'],
    ['/logs shop 0', '/logs NAME [LINES]', '/logs url-shortener 100'],
    ['/logs shop 1e3', '/logs NAME [LINES]', '/logs url-shortener 100'],
    ['/projects -1', '/projects [PAGE]', '/projects 2'],
    ['/lang de', '/lang en|ru', '/lang ru'],
    ['/role anna', '/role NAME owner|admin|operator|member|viewer|none', '/role anna operator'],
    ['/users all', '/users', '/users'],
  ])('%s is answered with the usage and an example', async (line, usage, example) => {
    expect(await said(desk.command(owner.name, line))).toBe(
      `Please write it like this: \`${usage}\`. For example: \`${example}\`.`,
    )
  })
})

describe('a failure', () => {
  const failing = async (error: unknown) => {
    const anna = await desk.person(named('anna'), 'member')
    const shop = await desk.project(anna, `shop-${serial}`)
    await desk.deploy(shop)
    vi.spyOn(desk.operations, 'restart').mockRejectedValue(error)
    return desk.write(anna.name, { kind: 'command', name: 'restart', args: shop.project.name })
  }

  test('nobody foresaw ends in one message with the reference that is in the log', async () => {
    const row = await failing(new Error('secret internals'))
    await Promise.all([desk.router.handle(row), desk.router.handle(row)])
    const answers = await desk.answersTo(row)
    expect(answers).toHaveLength(1)
    const words = answers[0] && (await desk.draw(answers[0])).markdown
    expect(words).toMatch(/Something went wrong on my side.* P-[0-9A-Z]{6}$/)
    expect(words).not.toContain('secret')
    expect(await desk.stateOf(row)).toBe('failed')
  })

  test('that may pass is tried again before the person is told', async () => {
    const row = await failing(new AppError('platform_unavailable', 'away'))
    await expect(desk.router.handle({ ...row, attempts: 1 })).rejects.toMatchObject({
      code: 'platform_unavailable',
    })
    expect(await desk.answersTo(row)).toEqual([])
    expect(await desk.stateOf(row)).toBe('pending')
    await desk.router.handle({ ...row, attempts: 3 })
    const [answer] = await desk.answersTo(row)
    expect(answer && (await desk.draw(answer)).markdown).toMatch(
      /does not answer at the moment.*Reference: P-/s,
    )
  })

  test('of the service after a restart is told with its reason', async () => {
    const row = await failing(new Error('unused'))
    vi.spyOn(desk.operations, 'restart').mockResolvedValue({
      name: 'shop',
      state: 'crash-looping',
      healthy: false,
      restarts: 5,
      lastEnd: 'exit code 1',
    })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    expect(answer && (await desk.draw(answer)).markdown).toContain('does not answer. exit code 1')
  })
})

test('in a group the answer replies to the message it is for', async () => {
  const row = await desk.write(
    owner.name,
    { kind: 'command', name: 'status', args: '', messageRef: 'm7' },
    { chat: '-100', kind: 'group' },
  )
  await desk.router.handle(row)
  expect(await desk.answersTo(row)).toMatchObject([{ replyTo: 'm7', readerId: owner.id }])
})

test('/stop says what was stopped', async () => {
  const stop = vi.spyOn(desk.operations, 'stopConversation')
  stop.mockResolvedValueOnce({ stopped: [{ kind: 'turn', title: '' }] })
  expect(await said(desk.command(owner.name, '/stop'))).toBe('I stopped answering.')
  stop.mockResolvedValueOnce({ stopped: [{ kind: 'run', title: 'shop' }] })
  expect(await said(desk.command(owner.name, '/cancel'))).toBe('Stopped: shop.')
})
