import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Card, Outgoing } from '../../src/bots/chat.ts'
import type { CommandDeps, Operations } from '../../src/bots/commands/context.ts'
import { createPresenter } from '../../src/bots/present/index.ts'
import { createRouter } from '../../src/bots/router.ts'
import { createTexts } from '../../src/bots/texts.ts'
import type { Database } from '../../src/db/client.ts'
import { deployments, inbox, outbox } from '../../src/db/schema/index.ts'
import type { Lang, UserRole } from '../../src/db/schema/users.ts'
import type { ApprovalRequest } from '../../src/db/shapes/approval.ts'
import type { InboxBody } from '../../src/db/shapes/incoming.ts'
import type { ServiceStatus } from '../../src/deploy/deployer.ts'
import { openApproval } from '../../src/domain/approvals/approvals.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { createInbox, findInbox, type InboxRow } from '../../src/domain/conversations/inbox.ts'
import type { OutboxRow } from '../../src/domain/conversations/outbox.ts'
import { createProject } from '../../src/domain/projects/projects.ts'
import { createRun } from '../../src/domain/runs/runs.ts'
import { admit } from '../../src/domain/users/admit.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { findReader } from '../../src/domain/users/reader.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'
import { createLog } from '../../src/log.ts'
import { createManualClock } from '../support/manual-clock.ts'

/** A front desk without platforms: rows go in, rows come out, and are drawn. */
export const createDesk = (db: Database) => {
  const clock = createManualClock('2030-01-01T12:00:00Z')
  const woken: string[] = []
  const operations = {
    logs: async (name: string, lines: number) => `last ${lines} lines of ${name}`,
    restart: async (name: string) => service(name),
    status: async (name: string) => service(name),
    stopConversation: async () => ({ stopped: [] }),
    testAgent: async (_agentId: string, prompt: string) => ({
      markdown: prompt === 'work' ? '' : `You said: ${prompt}`,
      calls: prompt === 'work' ? ['submit_plan'] : [],
      model: 'gpt-4.1',
      inputTokens: 1_200,
      outputTokens: 34,
      cost: 0.0031,
      durationMs: 1_234,
    }),
  } as Operations
  const wake = {
    turn: async () => {},
    action: async () => {},
    run: async () => {},
    deliver: async (id: string) => void woken.push(`deliver ${id}`),
    approval: async (id: string) => void woken.push(`approval ${id}`),
    dispatch: async (id: string) => void woken.push(`dispatch ${id}`),
    work: async () => {},
    sync: async (name: string) => void woken.push(`sync ${name}`),
  }
  const texts = createTexts()
  const deps: CommandDeps = {
    db,
    clock,
    wake,
    texts,
    operations,
    starterPack: agentSeeds().starterPack,
    log: createLog({ level: 'silent' }),
    // What is in a file stands in its reference.
    readAttachment: async ({ body }) => body.attachment?.ref.text,
  }
  const router = createRouter(deps)
  const present = createPresenter({ db, clock, texts, operations, timeZone: 'UTC' })
  const arrivals = createInbox(db, { clock })

  const write = async (
    who: string,
    body: DistributiveOmit<InboxBody, 'author'>,
    { chat = who, kind = 'private', lang }: { chat?: string; kind?: 'private' | 'group'; lang?: Lang } = {},
  ): Promise<InboxRow> => {
    const { id } = await arrivals.write({
      platform: 'telegram',
      eventId: randomUUID(),
      conversation: { key: `telegram:1:${chat}`, kind },
      platformUserId: who,
      body: { ...body, author: { name: who, ...(lang && { langHint: lang }) } } as InboxBody,
    })
    const row = await findInbox(db, id)
    if (!row) throw new Error('the row is gone')
    return row
  }

  const answersTo = (row: InboxRow): Promise<OutboxRow[]> =>
    db
      .select()
      .from(outbox)
      .where(eq(outbox.key, `cmd:${row.id}`))

  const draw = async (row: OutboxRow): Promise<Outgoing> => {
    const conversation = await db.query.conversations.findFirst({
      where: (table) => eq(table.id, row.conversationId),
    })
    if (!conversation) throw new Error('no conversation')
    const { readerId } = row
    const reader = readerId ? await findReader(db, { readerId, platform: conversation.platform }) : undefined
    return present(row, { reader, conversation })
  }

  const handled = async (row: InboxRow): Promise<Outgoing | undefined> => {
    await router.handle(row)
    const [answer] = await answersTo(row)
    return answer && draw(answer)
  }

  return {
    clock,
    woken,
    operations,
    router,
    /** What the bot says under a key. */
    t: texts.t,
    write,
    answersTo,
    draw,
    person: (name: string, role: UserRole): Promise<Person> =>
      db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: name, name }, role)),
    /** Says a command line and shows the answer. */
    async command(who: string, line: string, options?: Parameters<typeof write>[2]) {
      const [, name = '', args = ''] = /^\/(\S+)\s*(.*)$/s.exec(line) ?? []
      return handled(await write(who, { kind: 'command', name, args }, options))
    },
    async press(
      who: string,
      action: string,
      options?: Parameters<typeof write>[2] & { messageRef?: string },
    ) {
      const { messageRef, ...rest } = options ?? {}
      return handled(
        await write(
          who,
          { kind: 'action', action, receipt: { id: 'click' }, ...(messageRef && { messageRef }) },
          rest,
        ),
      )
    },
    async fill(who: string, action: string, text: string, options?: Parameters<typeof write>[2]) {
      return handled(await write(who, { kind: 'form', action, text }, options))
    },
    async stateOf(row: InboxRow) {
      const [found] = await db.select({ state: inbox.state }).from(inbox).where(eq(inbox.id, row.id))
      return found?.state
    },
    /** A project that is live, with a finished first run. */
    async project(owner: Person, name: string) {
      const { id: conversationId } = await ensureConversation(db, {
        key: `telegram:1:${owner.name}`,
        platform: 'telegram',
        kind: 'private',
      })
      return db.transaction(async (tx) => {
        const project = await createProject(
          tx,
          {
            name,
            title: 'URL shortener',
            description: 'Short links that count their visits.',
            ownerId: owner.id,
            conversationId,
          },
          agentSeeds().starterPack,
        )
        const { run } = await createRun(tx, {
          projectId: project.id,
          conversationId,
          requestedBy: owner.id,
          kind: 'new_project',
          request: 'create a URL shortener',
          originKey: randomUUID(),
        })
        return { project, run, conversationId }
      })
    },
    async deploy({ project, run }: { project: { id: string }; run: { id: string } }) {
      await db.insert(deployments).values({
        projectId: project.id,
        runId: run.id,
        version: '0a1b2c3',
        port: 8001,
        url: 'http://127.0.0.1:8001',
        state: 'healthy',
        finishedAt: clock.now(),
      })
    },
    /** An open plan card. */
    async ask(
      {
        project,
        run,
        conversationId,
      }: { project: { id: string }; run: { id: string }; conversationId: string },
      by: Person,
      request: Partial<ApprovalRequest> = {},
    ) {
      const { approval } = await db.transaction((tx) =>
        openApproval(tx, {
          conversationId,
          requestedBy: by.id,
          projectId: project.id,
          runId: run.id,
          threadId: `run:${run.id}`,
          interruptId: randomUUID(),
          request: {
            v: 1,
            kind: 'plan',
            risk: 'low',
            allow: ['approve', 'change', 'reject', 'approve_all'],
            facts: { kind: 'new_project', plan: { summary: 'A small service.' } },
            ...request,
          },
          now: clock.now(),
        }),
      )
      return approval
    },
  }
}

const service = (name: string): ServiceStatus => ({ name, state: 'running', healthy: true, restarts: 0 })

export type Desk = ReturnType<typeof createDesk>

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export const cardOf = (outgoing: Outgoing | undefined): Card => {
  if (!outgoing?.card) throw new Error(`no card but ${JSON.stringify(outgoing)}`)
  return outgoing.card
}
