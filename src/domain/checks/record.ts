import { and, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Database, Executor, Transaction } from '../../db/client.ts'
import { checks, incidents, projects, servers } from '../../db/schema/index.ts'
import type { Severity } from '../../db/shapes/incident.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { heal } from '../incidents/heal.ts'
import { report } from '../incidents/report.ts'
import { moveServer } from '../servers/lifecycle.ts'
import { AT_ONCE, type ProbeResult } from './check.ts'
import type { ClaimedCheck } from './claim.ts'
import { type CheckFinding, findingsOf } from './findings.ts'
import { type Standing, standingAfter } from './standing.ts'

/** Transactions side by side; connections are left to others. */
const TOLD_AT_ONCE = 4

/** A look that was taken, and how it came out. */
export interface Looked {
  check: ClaimedCheck
  result: ProbeResult
}

interface Now {
  now: Date
  /** From 0 to 1, for the jitter. */
  random: () => number
}

export interface RecordedResults {
  /** Results of claims that were lost meanwhile count for nothing. */
  recorded: number
  /** So many of them are wrong now and were not, or the other way round. */
  failing: number
  recovered: number
  /** Conversations to wake. */
  wake: string[]
}

interface Counted {
  check: ClaimedCheck
  standing: Standing
  findings: CheckFinding[]
}

/**
 * Writes results down, each only while its claim holds (M-8). What concerns nobody goes in one statement; what opens
 * or ends an incident goes in a transaction of its own, together with it.
 */
export const recordResults = async (
  db: Database,
  looked: readonly Looked[],
  { now, random }: Now,
): Promise<RecordedResults> => {
  const counted = await withoutIdleEnds(
    db,
    looked.map(({ check, result }) => {
      const standing = standingAfter(check, result, now, random())
      return { check, standing, findings: findingsOf(check, standing, result) }
    }),
  )
  const written = new Set(
    await writeQuiet(
      db,
      counted.filter((one) => !concernsPeople(one)),
      now,
    ),
  )
  const wake = new Set<string>()
  const tell = async (one: Counted) => {
    const told = await db.transaction((tx) => writeTold(tx, one, now))
    if (told) written.add(one.check.id)
    for (const id of told ?? []) wake.add(id)
  }
  const news = counted.filter(concernsPeople)
  for (let done = 0; done < news.length; done += TOLD_AT_ONCE)
    await Promise.all(news.slice(done, done + TOLD_AT_ONCE).map(tell))
  const turned = counted.filter(
    ({ check, standing }) => written.has(check.id) && check.state !== standing.state,
  )
  return {
    recorded: written.size,
    failing: turned.filter(({ standing }) => standing.state === 'failing').length,
    recovered: turned.filter(({ check }) => check.state === 'failing').length,
    wake: [...wake],
  }
}

/** What is right was rarely wrong: the end of an incident that nobody opened is no news. One query for all of them. */
const withoutIdleEnds = async (db: Executor, counted: readonly Counted[]): Promise<Counted[]> => {
  const ended = counted.flatMap(({ findings }) => findings.flatMap(({ wrong, key }) => (wrong ? [] : [key])))
  const open = ended.length === 0 ? new Set() : await openKeys(db, ended)
  return counted.map(({ findings, ...rest }) => ({
    ...rest,
    // A server that answers again is ready again, whoever resolved its incident meanwhile.
    findings: findings.filter(({ wrong, kind, key }) => wrong || kind === 'server_down' || open.has(key)),
  }))
}

const openKeys = async (db: Executor, keys: readonly string[]): Promise<Set<string>> => {
  const rows = await db
    .select({ key: incidents.key })
    .from(incidents)
    .where(and(inArray(incidents.key, [...keys]), ne(incidents.state, 'resolved')))
  return new Set(rows.map(({ key }) => key))
}

/** News, or somebody who pressed "check now" and waits to see it. */
const concernsPeople = ({ check, findings }: Counted): boolean =>
  findings.length > 0 || check.nextAt.getTime() === AT_ONCE.getTime()

/** Rows are locked in the order of their ids, as everybody does who takes more than one. */
const writeQuiet = async (db: Executor, counted: readonly Counted[], now: Date): Promise<string[]> => {
  if (counted.length === 0) return []
  const rows = counted.map(({ check: { id, claim }, standing }) => ({ id, claim, ...standing }))
  const written = await db.execute<{ id: string }>(sql`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        id uuid, claim uuid, state text, failures integer, successes integer, "lastCheckedAt" timestamptz,
        "lastOkAt" timestamptz, "lastError" text, "latencyMs" integer, facts jsonb, "nextAt" timestamptz)),
    held as materialized (
      select ${checks.id} from ${checks} join r on ${checks.id} = r.id
      where ${checks.claim} = r.claim and ${checks.claimedUntil} > ${now.toISOString()}
      order by ${checks.id} for update of ${checks})
    update ${checks} set
      state = r.state, failures = r.failures, successes = r.successes, last_checked_at = r."lastCheckedAt",
      last_ok_at = r."lastOkAt", last_error = r."lastError", latency_ms = r."latencyMs", facts = r.facts,
      next_at = r."nextAt", claim = null, claimed_until = null
    from r join held on held.id = r.id
    where ${checks.id} = r.id
    returning ${checks.id}`)
  return written.map(({ id }) => id)
}

/** The server's row is locked before that of its check, as everywhere. @returns undefined when the claim was lost. */
const writeTold = async (
  tx: Transaction,
  { check, standing, findings }: Counted,
  now: Date,
): Promise<string[] | undefined> => {
  const server = check.serverId ? await lockServer(tx, check.serverId) : undefined
  const [written] = await tx
    .update(checks)
    .set({ ...standing, claim: null, claimedUntil: null })
    .where(and(eq(checks.id, check.id), eq(checks.claim, check.claim), gt(checks.claimedUntil, now)))
    .returning({ id: checks.id })
  if (!written) return undefined
  const wake = check.serverId ? await reviseViews(tx, 'server', { id: check.serverId }) : []
  const subject = await subjectOf(tx, check, server?.name)
  for (const finding of findings) {
    if (finding.kind === 'server_down' && server) await follow(tx, server, finding.wrong)
    // Who works on a server knows that it is down.
    if (finding.wrong && server && AT_WORK.has(server.status)) continue
    const { kind, key, facts } = finding
    const { projectId, serverId } = check
    const told = finding.wrong
      ? await report(tx, {
          kind,
          key,
          facts,
          severity: severityOf(finding, server),
          subject,
          projectId,
          serverId,
          now,
        })
      : await heal(tx, { key, now, facts })
    wake.push(...(told?.wake ?? []))
  }
  return wake
}

/** Nothing runs yet on a server that was only found: nobody is woken for it. */
const severityOf = (
  { severity }: Extract<CheckFinding, { wrong: true }>,
  server: LockedServer | undefined,
): Severity => (server?.status === 'discovered' ? 'warning' : severity)

type LockedServer = Pick<typeof servers.$inferSelect, 'id' | 'name' | 'status'>

const AT_WORK: ReadonlySet<LockedServer['status']> = new Set(['maintenance', 'provisioning', 'retired'])

const lockServer = async (tx: Transaction, id: string): Promise<LockedServer | undefined> => {
  const [server] = await tx
    .select({ id: servers.id, name: servers.name, status: servers.status })
    .from(servers)
    .where(eq(servers.id, id))
    .for('update')
  return server
}

/** A server that is in use and stops answering is unreachable, until it answers again (M-3). */
const follow = async (tx: Transaction, { id, status }: LockedServer, isDown: boolean): Promise<void> => {
  const move = { serverId: id, actor: 'system' }
  if (isDown && status === 'ready')
    await moveServer(tx, { ...move, to: 'unreachable', reason: 'does not answer' })
  if (!isDown && status === 'unreachable')
    await moveServer(tx, { ...move, to: 'ready', reason: 'answers again' })
}

const subjectOf = async (tx: Transaction, check: ClaimedCheck, serverName?: string): Promise<string> => {
  if (check.kind === 'ssh' && serverName) return serverName
  if (!check.projectId) return serverName ?? check.key
  const [project] = await tx
    .select({ name: projects.name })
    .from(projects)
    .where(eq(projects.id, check.projectId))
  return project?.name ?? check.key
}
