import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sql } from 'postgres'
import { type Conversation, PROJECT, SAID } from './conversation.ts'
import { type SaidRow, sortUnknown } from './copies.ts'

const run = promisify(execFile)

/** What the conversation must have led to, whatever happened on the way: the commits, and the files of the last. */
export interface Repository {
  tree: string
  subjects: string[]
}

export const repositoryOf = async ({ installation }: Conversation): Promise<Repository> => {
  const git = async (...args: string[]) => {
    const repository = join(installation.dataDir, 'forge', `${PROJECT}.git`)
    const { stdout } = await run('git', ['-c', 'safe.directory=*', `--git-dir=${repository}`, ...args])
    return stdout.trim()
  }
  return {
    tree: await git('rev-parse', 'main^{tree}'),
    subjects: (await git('log', '--reverse', '--format=%s', 'main')).split('\n'),
  }
}

/** The way of a project from the request to the running service, each step once. */
const WAY = [
  'draft',
  'estimated',
  'provisioning',
  'initialized',
  'designing',
  'designed',
  'implementing',
  'implemented',
  'verifying',
  'verified',
  'deploying',
  'active',
]
/** Some are made at the same moment, so that their times tell no order; what each began from does. */
const MOVES = WAY.map((to, index) => `${WAY[index - 1] ?? ''} > ${to}`).sort()

/** Services that nobody looks after are looked for every minute; the rest of what heals by itself is faster. */
const HEALING_MS = 120_000
const LOOK_AGAIN_MS = 500

/**
 * Everything that is not as if nobody had ever pulled the plug: in the database, on the disk, among the processes
 * and on the person's screen. One line each; none is what a test wants. What the program does about it by itself, a
 * while after its start and beside its work, is no damage: it is looked for until there is none, or it has lasted.
 */
export const findDamage = async (conversation: Conversation, repository: Repository): Promise<string[]> => {
  for (const deadline = Date.now() + HEALING_MS; ; ) {
    const damage = await look(conversation, repository).catch((error) => [`nobody can look: ${error}`])
    if (damage.length === 0 || Date.now() >= deadline) return damage
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

const look = async (conversation: Conversation, repository: Repository): Promise<string[]> => {
  const problems: string[] = []
  const expectEqual = (what: string, found: unknown, wanted: unknown) => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)]
    if (is !== should) problems.push(`${what}: ${is} instead of ${should}`)
  }
  const { installation } = conversation
  const rows = await installation.query(readRows)

  expectEqual('projects', rows.projects, [{ name: PROJECT, status: 'active' }])
  expectEqual('moves of the project', rows.moves, MOVES)
  expectEqual('runs', rows.runs, [{ kind: 'new_project', status: 'succeeded' }])
  expectEqual('turns', rows.turns, ['done'])
  expectEqual('approvals', rows.approvals, [{ state: 'approved', version: 2, applied: true }])
  expectEqual('deployments', rows.deployments, ['healthy'])
  expectEqual('audit', rows.audit, ['installation.claim', 'approval.approve'])
  expectEqual('owners', rows.users, ['owner'])
  expectEqual(
    'inbox',
    rows.inbox.toSorted(),
    [...SAID.map(() => 'done'), ...Array<string>(conversation.presses).fill('done')].toSorted(),
  )
  expectEqual(
    'messages',
    rows.outbox.map(({ key }) => key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')).toSorted(),
    [
      ...SAID.filter((text) => text.startsWith('/')).map(() => 'cmd:id'),
      ...Array<string>(conversation.presses).fill('cmd:id'),
      'turn:id',
      'run:id:progress',
      'approval:id',
      'run:id:result',
    ].toSorted(),
  )
  for (const row of rows.outbox)
    if (row.state !== 'delivered' || row.version !== row.delivered_version)
      problems.push(`${row.key} is ${row.state}, version ${row.delivered_version} of ${row.version}`)

  problems.push(...findOnScreen(conversation, rows.outbox))
  problems.push(...(await findOnDisk(conversation, repository)))
  problems.push(...(await findInService(conversation, rows.url)))
  return problems
}

interface ShownRow extends SaidRow {
  state: string
  version: number
  delivered_version: number
  only_to_reader: boolean
}

const readRows = async (sql: Sql) => {
  const column = async (query: Promise<Record<string, unknown>[]>) =>
    (await query).map((row) => Object.values(row)[0])
  return {
    projects: [...(await sql`select name, status from projects where status <> 'archived'`)],
    moves: (await column(sql`select coalesce("from", '') || ' > ' || "to" from project_events`)).sort(),
    runs: [...(await sql`select kind, status from runs`)],
    turns: await column(sql`select state from turns`),
    approvals: [...(await sql`select state, version, applied_at is not null as applied from approvals`)],
    deployments: await column(sql`select state from deployments`),
    url: String((await sql`select url from deployments limit 1`)[0]?.url),
    audit: await column(sql`select action from audit_entries where surface = 'telegram' order by at`),
    users: await column(sql`select role from users u
      where exists (select 1 from identities i where i.user_id = u.id and i.platform = 'telegram')`),
    inbox: (await column(sql`select state from inbox`)) as string[],
    outbox: [
      ...(await sql<ShownRow[]>`select key, content ->> 'view' as view, state, version, delivered_version,
        coalesce((content ->> 'onlyToReader')::boolean, false) as only_to_reader,
        array(select part ->> 'ref' from jsonb_array_elements(parts) part) as refs
        from outbox order by seq`),
    ],
  }
}

/**
 * Every message is there, in order, once; no decided card can be pressed. One copy is forgiven per kill, which may
 * have come between sending a message and noting it.
 */
const findOnScreen = (conversation: Conversation, rows: ShownRow[]): string[] => {
  const problems: string[] = []
  const { kills } = conversation
  const shown = conversation.messages().filter(({ own }) => own)
  const known = rows.flatMap(({ refs }) => refs)
  for (const { key, refs, only_to_reader } of rows)
    if (!only_to_reader && (refs.length === 0 || refs.some((ref) => !shown.some((one) => one.ref === ref))))
      problems.push(`${key} is not on the screen`)
  const places = known.map((ref) => Number(ref.split(':').at(-1)))
  if (places.some((place, index) => index > 0 && place <= (places[index - 1] ?? 0)))
    problems.push(`the messages are out of order: ${places}`)

  const { copies, strangers } = sortUnknown(shown, rows)
  if (copies.length > kills) problems.push(`${copies.length} messages too many after ${kills} kills`)
  for (const { text } of strangers) problems.push(`nobody knows the message ${JSON.stringify(text)}`)
  for (const { ref, buttons, text } of shown)
    if (known.includes(ref) && buttons.includes('Approve'))
      problems.push(`a decided card still has buttons: ${JSON.stringify(text)}`)
  return problems
}

const findOnDisk = async (conversation: Conversation, repository: Repository): Promise<string[]> => {
  const problems: string[] = []
  const { dataDir } = conversation.installation
  const entries = async (...path: string[]) =>
    (await readdir(join(dataDir, ...path)).catch(() => [])).filter((name) => !name.startsWith('.')).sort()
  const expectEntries = async (path: string[], wanted: string[]) => {
    const found = await entries(...path)
    if (found.join() !== wanted.join()) problems.push(`${path.join('/')} holds ${found.join() || 'nothing'}`)
  }
  await expectEntries(['forge'], ['checkouts', 'locks', `${PROJECT}.git`])
  await expectEntries(['services'], [PROJECT])
  for (const path of [['work'], ['forge', 'checkouts']]) await expectEntries(path, [])
  const found = await repositoryOf(conversation)
  if (found.subjects.join('\n') !== repository.subjects.join('\n'))
    problems.push(`the commits are ${JSON.stringify(found.subjects)}`)
  if (found.tree !== repository.tree) problems.push('the files differ from those of an undisturbed run')
  return problems
}

/** It answers, does what was asked, and runs once; nothing else that was started for it is left. */
const findInService = async (conversation: Conversation, url: string): Promise<string[]> => {
  const problems: string[] = []
  const target = `https://example.org/${randomUUID()}`
  try {
    const { status } = await fetch(`${url}/healthz`)
    if (status !== 200) problems.push(`the service says ${status} of itself`)
    const made = await fetch(`${url}/api/links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: target }),
    })
    const { slug } = (await made.json()) as { slug: string }
    const redirect = await fetch(`${url}/${slug}`, { redirect: 'manual' })
    if (redirect.headers.get('location') !== target) problems.push('the short link leads elsewhere')
    const stats = (await (await fetch(`${url}/api/links/${slug}/stats`)).json()) as { clicks: number }
    if (stats.clicks !== 1) problems.push(`one click was counted as ${stats.clicks}`)
  } catch (error) {
    problems.push(`the service at ${url} does not work: ${error}`)
  }
  const supervisors = conversation.installation
    .processes()
    .filter(({ command }) => command.includes('supervise.ts'))
  if (supervisors.length !== 1) problems.push(`${supervisors.length} supervisors run`)
  for (const { command } of conversation.installation.processes())
    if (!command.includes(join('services', PROJECT))) problems.push(`a process is left: ${command}`)
  return problems
}
