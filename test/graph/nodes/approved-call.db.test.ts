import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR_MS, SECOND_MS } from '../../../src/clock.ts'
import { approvals, outbox, users } from '../../../src/db/schema/index.ts'
import type { ApprovalVerb } from '../../../src/db/shapes/approval.ts'
import { type Approval, markAnswered, openApproval } from '../../../src/domain/approvals/approvals.ts'
import { decideApproval } from '../../../src/domain/approvals/decide.ts'
import { expireApprovals } from '../../../src/domain/approvals/timeouts.ts'
import { type Conversation, ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { createRun, moveRun, type Run } from '../../../src/domain/runs/runs.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { AppError } from '../../../src/errors.ts'
import type { AgentDeps } from '../../../src/graph/nodes/agent-step.ts'
import { runTools } from '../../../src/graph/nodes/tool-loop.ts'
import type { AgentTool } from '../../../src/graph/tools/tool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { agentWith, calling, contents, stepWith } from './kit.ts'

let base: TestDatabase
let owner: Person
let ann: Person
let conversation: Conversation
let project: Project
let run: Run
let clock: ManualClock
let deps: AgentDeps

/** Something outside that knows what was already done by its key, as a good one does. */
let launched: string[]
/** What happens right after the launch, before anybody could write it down. */
let afterLaunch: (() => void) | undefined

const launch: AgentTool = {
  name: 'launch',
  description: 'Launches it.',
  schema: z.object({ pad: z.string() }),
  risk: 'HIGH',
  permission: 'project.change',
  run: async ({ pad }, { key }) => {
    if (!launched.includes(key)) launched.push(key)
    afterLaunch?.()
    return `launched from ${pad}`
  },
}

beforeAll(async () => {
  base = await createTestDatabase()
  owner = await base.db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: 'owner', name: 'Owner' }, 'owner'),
  )
})
afterAll(() => base.close())
beforeEach(async () => {
  const { db } = base
  const name = `p${randomUUID().slice(0, 8)}`
  conversation = await ensureConversation(db, {
    key: `telegram:${name}`,
    platform: 'telegram',
    kind: 'private',
  })
  ann = await db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: name, name: 'Ann' }, 'member'),
  )
  project = await db.transaction((tx) =>
    createProject(
      tx,
      { name, title: name, description: '', ownerId: ann.id, conversationId: conversation.id },
      [],
    ),
  )
  run = (
    await db.transaction((tx) =>
      createRun(tx, {
        projectId: project.id,
        conversationId: conversation.id,
        requestedBy: ann.id,
        kind: 'update_project',
        request: 'a launch',
        originKey: randomUUID(),
      }),
    )
  ).run
  clock = createManualClock(new Date())
  deps = { db, clock, wake: { deliver: async () => {} } } as unknown as AgentDeps
  launched = []
  afterLaunch = undefined
})

/** The model calls again after a crash: the same content under another id. */
let ids = 0
const launching = (pad = 'A') => {
  const answer = calling('launch')
  answer.tool_calls = [{ type: 'tool_call', id: `call${ids++}`, name: 'launch', args: { pad } }]
  return answer
}

interface Work {
  workKey?: string
  pad?: string
  asked?: Map<string, number>
}

/** One attempt at a piece of the run's work, and what kills the process that makes it. */
const attempt = ({ workKey = 'task:1', pad, asked }: Work = {}) => {
  const process = new AbortController()
  const step = stepWith([launch], {
    agent: agentWith(['launch'], 'HIGH'),
    ids: { runId: run.id, projectId: project.id },
    workKey,
    signal: process.signal,
  })
  const result = runTools(deps, step, launching(pad), asked).then(({ messages }) => contents(messages)[0])
  return { result, kill: () => process.abort(new AppError('lease_lost', 'killed')) }
}

const killed = async ({ result, kill }: ReturnType<typeof attempt>) => {
  kill()
  await expect(result).rejects.toMatchObject({ code: 'lease_lost' })
}

const questions = (): Promise<Approval[]> =>
  base.db
    .select()
    .from(approvals)
    .where(eq(approvals.conversationId, conversation.id))
    .orderBy(approvals.number)

const cards = async () =>
  (await base.db.select().from(outbox).where(eq(outbox.conversationId, conversation.id))).map(
    ({ content }) => content,
  )

/** The newest question, once the call waits for it. */
const asks = async (): Promise<Approval> => {
  await waitFor(() => clock.sleeping === 1, 'the call to wait')
  const all = await questions()
  return all.at(-1) as Approval
}

const decide = async ({ id }: Approval, verb: ApprovalVerb, person = ann) =>
  expect(
    await decideApproval(base.db, { id, verb, person, surface: 'telegram', now: clock.now() }),
  ).toMatchObject({ outcome: 'decided' })

const looksAgain = () => clock.advance(SECOND_MS)

const setRole = (person: Person, role: Person['role']) =>
  base.db.update(users).set({ role }).where(eq(users.id, person.id))

describe('a tool of high risk in a run', () => {
  test('waits in place until a person approves it, and is then called once', async () => {
    const { result } = attempt()
    const question = await asks()
    expect(question).toMatchObject({
      state: 'open',
      runId: run.id,
      projectId: project.id,
      requestedBy: ann.id,
      request: {
        kind: 'tool',
        risk: 'high',
        allow: ['approve', 'approve_all', 'reject'],
        facts: { tool: 'launch', args: { pad: 'A' }, agent: 'Worker', project: project.name },
      },
    })
    expect(await cards()).toEqual([{ type: 'view', view: 'approval', args: { id: question.id } }])
    await looksAgain()
    expect(launched).toEqual([])
    await decide(question, 'approve')
    await looksAgain()
    expect(await result).toBe('launched from A')
    expect(launched).toHaveLength(1)
    expect((await questions())[0]?.appliedAt).not.toBeNull()
  })

  test('may be thought about longer than a tool may take', async () => {
    const { result } = attempt()
    const question = await asks()
    await clock.advance(10 * HOUR_MS)
    await decide(question, 'approve')
    await looksAgain()
    expect(await result).toBe('launched from A')
  })

  test('asks one question by one card, however often its process is killed before the answer', async () => {
    await killed(await asked(attempt()))
    await killed(await asked(attempt()))
    const last = attempt()
    const question = await asks()
    expect(await questions()).toHaveLength(1)
    expect(await cards()).toHaveLength(1)
    await decide(question, 'approve')
    await looksAgain()
    expect(await last.result).toBe('launched from A')
    expect(launched).toHaveLength(1)
  })

  test('killed between the approval and the call is called once by who goes on, without asking again', async () => {
    const first = attempt()
    const question = await asks()
    await decide(question, 'approve')
    await killed(first)
    expect(launched).toEqual([])
    expect(await attempt().result).toBe('launched from A')
    expect(launched).toHaveLength(1)
    expect(await questions()).toHaveLength(1)
  })

  test('killed between the effect and its mark has had its effect once, and is marked by who goes on', async () => {
    const first = attempt()
    await decide(await asks(), 'approve')
    afterLaunch = () => {
      first.kill()
      throw new AppError('lease_lost', 'killed')
    }
    await looksAgain()
    await expect(first.result).rejects.toMatchObject({ code: 'lease_lost' })
    expect(launched).toHaveLength(1)
    expect((await questions())[0]?.appliedAt).toBeNull()

    afterLaunch = undefined
    expect(await attempt().result).toBe('launched from A')
    expect(launched).toHaveLength(1)
    expect((await questions())[0]?.appliedAt).not.toBeNull()
  })

  test.each(['reject', 'expire'] as const)(
    'is not called after a %s, and the model is told',
    async (verb) => {
      const { result } = attempt()
      const question = await asks()
      if (verb === 'reject') await decide(question, verb)
      else await expireApprovals(base.db, new Date(question.expiresAt.getTime() + 1))
      await looksAgain()
      expect(await result).toMatch(
        /^error: launch was not approved \((rejected|expired)\)\. Nothing was done\.$/,
      )
      expect(launched).toEqual([])
      expect((await questions())[0]?.appliedAt).not.toBeNull()
    },
  )

  test('asks again for the same once more in the same work, and for other work', async () => {
    const asked = new Map<string, number>()
    for (const work of [{ asked }, { asked }, { workKey: 'task:2' }, { asked, pad: 'B' }]) {
      const { result } = attempt(work)
      await decide(await asks(), 'approve')
      await looksAgain()
      await result
    }
    expect(await questions()).toHaveLength(4)
    expect(new Set(launched).size).toBe(4)
  })

  test('is left at once when a person stops the run', async () => {
    const { result, kill } = attempt()
    await asks()
    kill()
    await expect(result).rejects.toMatchObject({ code: 'lease_lost' })
    expect(clock.sleeping).toBe(0)
  })

  test('stays approved while the graph of the run goes on from another question', async () => {
    const first = attempt()
    await decide(await asks(), 'approve')
    await markAnswered(base.db, run.id, { threadId: `run:${run.id}`, now: clock.now() })
    expect((await questions())[0]?.appliedAt).toBeNull()
    await looksAgain()
    await first.result
  })

  test('leaves the open plan of its run alone', async () => {
    const { approval: plan } = await base.db.transaction((tx) =>
      openApproval(tx, {
        conversationId: conversation.id,
        requestedBy: ann.id,
        runId: run.id,
        threadId: `run:${run.id}`,
        interruptId: randomUUID(),
        request: { v: 1, kind: 'plan', risk: 'low', allow: ['approve'], facts: {} },
        now: clock.now(),
      }),
    )
    const { kill, result } = attempt()
    await asks()
    expect((await questions()).find(({ id }) => id === plan.id)?.state).toBe('open')
    kill()
    await expect(result).rejects.toMatchObject({ code: 'lease_lost' })
  })
})

describe('“approve all for this run”', () => {
  const approveAll = (person: Person) =>
    base.db.transaction((tx) => moveRun(tx, run.id, 'running', { autoApprovedBy: person.id }))

  test('answers at once when it was said by somebody who may do what the tool does', async () => {
    await approveAll(ann)
    expect(await attempt().result).toBe('launched from A')
    const [question] = await questions()
    expect(question).toMatchObject({ state: 'approved', decision: { auto: true, userId: ann.id } })
  })

  test('answers nothing when who said it may not, or not any more', async () => {
    await approveAll(owner)
    await setRole(owner, 'member')
    try {
      const { result } = attempt()
      const question = await asks()
      expect(question.state).toBe('open')
      await decide(question, 'approve')
      await looksAgain()
      await result
    } finally {
      await setRole(owner, 'owner')
    }
  })
})

describe('roles that change between the click and the deed', () => {
  test('of who asked for the run: nothing is done any more', async () => {
    const { result } = attempt()
    await decide(await asks(), 'approve', owner)
    await setRole(ann, 'viewer')
    await looksAgain()
    expect(await result).toBe('error: viewer may not project.change')
    expect(launched).toEqual([])
  })

  test('of who approved: nothing is done any more', async () => {
    const { result } = attempt()
    await decide(await asks(), 'approve', owner)
    await setRole(owner, 'viewer')
    try {
      await looksAgain()
      expect(await result).toBe('error: who approved launch may not do so any more')
      expect(launched).toEqual([])
    } finally {
      await setRole(owner, 'owner')
    }
  })

  test('before anything is asked: nobody is bothered', async () => {
    await setRole(ann, 'viewer')
    expect(await attempt().result).toBe('error: viewer may not project.change')
    expect(await questions()).toEqual([])
  })
})

describe('a tool of high risk in a chat', () => {
  const turn = (person: Person) =>
    stepWith([launch], {
      agent: agentWith(['launch'], 'HIGH'),
      ids: { conversationId: conversation.id, userId: person.id },
      workKey: 'turn-1',
    })

  test('does not hold up the turn: a card asks, and the model is told that nothing was done yet', async () => {
    const changed: unknown[] = []
    const step = { ...turn(owner), onToolResult: (result: unknown) => void changed.push(result) }
    const { messages } = await runTools(deps, step, launching())
    expect(contents(messages)[0]).toMatch(/^This waits for approval: .* Nothing was done yet/)
    const [question] = await questions()
    expect(question).toMatchObject({ state: 'open', runId: null, request: { allow: ['approve', 'reject'] } })
    expect(await cards()).toHaveLength(1)
    expect(launched).toEqual([])
    expect(changed).toEqual([])
  })

  test('asks by one card when the turn is done again after a crash, and by one for each call', async () => {
    const answer = launching()
    answer.tool_calls?.push({ type: 'tool_call', id: 'other', name: 'launch', args: { pad: 'B' } })
    await runTools(deps, turn(owner), answer)
    await runTools(deps, turn(owner), answer)
    expect((await questions()).map(({ state, request }) => [state, request.facts.args])).toEqual([
      ['open', { pad: 'A' }],
      ['open', { pad: 'B' }],
    ])
    expect(await cards()).toHaveLength(2)
  })
})

/** Waits until the attempt has asked. */
const asked = async (one: ReturnType<typeof attempt>) => {
  await asks()
  return one
}
