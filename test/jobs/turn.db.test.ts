import { pino } from 'pino'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { requestStop } from '../../src/db/lease.ts'
import { turns } from '../../src/db/schema/conversations.ts'
import { createInbox } from '../../src/domain/conversations/inbox.ts'
import { conversationLease } from '../../src/domain/conversations/turns.ts'
import { admit } from '../../src/domain/users/admit.ts'
import { createTurnWorker, type TurnDeps } from '../../src/jobs/turn.ts'
import { arrival } from '../domain/conversations/arrivals.ts'
import { createTestDatabase } from '../support/database.ts'

test('a stop that reaches only the turn after the one it was meant for puts nothing aside: that turn is answered', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const ann = await db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: '7', name: 'Ann', langHint: 'en' }, 'member'),
  )
  const { conversationId } = await createInbox(db).write(arrival('thanks'))
  const heard: string[][] = []
  const said: string[] = []
  const answer: TurnDeps['runner']['answer'] = async ({ lease }, texts) => {
    heard.push(texts.map(({ text }) => text))
    if (heard.length === 1) await requestStop(db, conversationLease(conversationId), 'Ann')
    lease.signal.throwIfAborted()
    return 'You are welcome.'
  }
  const work = createTurnWorker({
    db,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    wake: { turn: async () => {}, deliver: async () => {} } as unknown as TurnDeps['wake'],
    runner: { answer, drive: async () => {} },
    streamer: {
      open: () => ({
        push: () => {},
        flush: async () => {},
        finish: async (markdown: string) => void said.push(markdown),
        fail: async () => {},
      }),
    },
    router: { admit: async () => ann, takeForm: async () => false, takeQuestion: async () => false },
    instanceId: 'this one',
    shutdown: new AbortController().signal,
    burstWindowMs: 0,
  })

  await work(conversationId)
  expect(said).toEqual([])
  await work(conversationId)
  expect(heard).toEqual([['thanks'], ['thanks']])
  expect(said).toEqual(['You are welcome.'])
  expect(await db.select().from(turns)).toMatchObject([{ state: 'done', attempts: 2 }])
})
