import { DAY_MS } from '../../clock.ts'
import { heal } from '../incidents/heal.ts'
import { report } from '../incidents/report.ts'
import type { SyncSummary } from '../sync/run-sync-job.ts'
import { applyAbsent } from './apply-absent.ts'
import { applySeen, isInLine } from './apply-known.ts'
import { discover } from './discover.ts'
import { outageKey } from './incident-keys.ts'
import {
  countMissed,
  missedProjects,
  projectFinder,
  projectsOf,
  projectsWithRepository,
} from './known-projects.ts'
import { createListingMemory } from './listing-memory.ts'
import { lookIntoAdopted } from './missing-secrets.ts'
import { identityOf, type ListedRepository, type Listing } from './source.ts'
import { type RepositorySync, write } from './sync-deps.ts'

/** An unchanged listing is compared with the projects all the same once in a while. */
const COMPARED_EVERY_MS = DAY_MS
/** Looked up in the database together; each look waits for an answer. */
const PAGES_AT_ONCE = 10
/** More than this many, and more than half of all, vanish together: then it is our view that has changed. */
const VANISH_TOGETHER_MAX = 20

/**
 * Brings the projects in line with the repositories that a forge has (M-2, M-5, M-6). A listing that is not complete
 * changes nothing; what it leaves out is asked for by itself before anything is called missing. Repeated after a
 * crash anywhere, it goes on from what the rows say.
 *
 * @throws AppError platform_unavailable, rate_limited, misconfigured from the forge.
 */
export const syncRepositories = async (sync: RepositorySync): Promise<SyncSummary> => {
  const { db, source, clock, signal } = sync
  const memory = createListingMemory(db, source)
  const listing = await source.listRepositories(memory, signal)
  const applied = await memory.applied(new Date(clock.now().getTime() - COMPARED_EVERY_MS))
  const news = newPages(listing, applied)
  const isNews = news.length > 0 || listing.marks.length !== applied.length
  const { unknown, ...seen } = await applyPages(sync, listing, news)
  await (isNews ? missAbsent(sync, listing) : missAgain(sync))
  const absent = (await vanishedTogether(sync))
    ? { missing: 0, unreachable: 0, healed: 0 }
    : await applyAbsent(sync)
  const { discovered, healed } = await discover(sync, unknown)
  if (isNews) await memory.rememberApplied(listing.marks, clock.now())
  return {
    requests: listing.requests,
    changedPages: listing.changedPages,
    discovered,
    updated: seen.updated,
    missing: absent.missing,
    unreachable: absent.unreachable,
    healed: seen.healed + absent.healed + healed,
    looked: await lookIntoAdopted(sync),
  }
}

/** The pages that the projects were not brought in line with, as they are now. */
const newPages = ({ marks }: Listing, applied: readonly (string | undefined)[]): number[] =>
  marks.flatMap((mark, index) => (mark === undefined || mark !== applied[index] ? [index + 1] : []))

/** Updates what is known; what is not is collected, because a rename further down may free its name. */
const applyPages = async (sync: RepositorySync, listing: Listing, pages: readonly number[]) => {
  const { db, source, clock } = sync
  const unknown: ListedRepository[] = []
  /** One that was transferred here while the pages were read moved others from one page to the next. */
  const listed = new Set<string>()
  let updated = 0
  let healed = 0
  for (let from = 0; from < pages.length; from += PAGES_AT_ONCE) {
    const numbers = pages.slice(from, from + PAGES_AT_ONCE)
    const repositories = (await Promise.all(numbers.map((number) => listing.page(number)))).flat()
    const findFor = projectFinder(await projectsOf(db, source.kind, repositories))
    for (const repository of repositories) {
      if (listed.has(identityOf(repository))) continue
      listed.add(identityOf(repository))
      const project = findFor(repository)
      if (!project) unknown.push(repository)
      else {
        const seen = { project, repository, listed: true }
        if (isInLine(seen)) continue
        if (project.status === 'missing') healed++
        else updated++
        await write(sync, (tx) => applySeen(tx, seen, clock.now()))
      }
    }
  }
  return { unknown, updated, healed }
}

const missAbsent = async (sync: RepositorySync, listing: Listing): Promise<void> => {
  const [expected, present] = await Promise.all([
    projectsWithRepository(sync.db, sync.source.kind),
    listing.identities(),
  ])
  const isPresent = ({ githubRepoId, repository }: (typeof expected)[number]) =>
    present.has(identityOf({ id: githubRepoId, repository: repository ?? '' }))
  await miss(
    sync,
    expected.flatMap((project) => (isPresent(project) ? [] : [project.id])),
  )
}

const missAgain = async (sync: RepositorySync): Promise<void> =>
  miss(
    sync,
    (await missedProjects(sync.db, sync.source.kind)).map(({ id }) => id),
  )

const miss = async (sync: RepositorySync, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await write(sync, async (tx) => {
    await countMissed(tx, ids)
    return []
  })
}

/**
 * GitHub answers 404 for what a token may not see: when most repositories are away at once, the token lost its
 * rights, or the organisation its name. That is one incident, and no project is missing.
 */
const vanishedTogether = async (sync: RepositorySync): Promise<boolean> => {
  const { db, source, clock } = sync
  const [expected, missed] = await Promise.all([
    projectsWithRepository(db, source.kind),
    missedProjects(db, source.kind),
  ])
  const vanished = missed.filter(({ status }) => status !== 'missing').length
  const together = vanished > VANISH_TOGETHER_MAX && vanished > expected.length / 2
  await write(sync, async (tx) => {
    const now = clock.now()
    const key = outageKey(source.kind)
    if (!together) return (await heal(tx, { key, now }))?.wake ?? []
    const { wake } = await report(tx, {
      kind: 'provider_outage',
      key,
      severity: 'critical',
      subject: source.owner,
      facts: { source: source.kind, vanished, known: expected.length },
      now,
    })
    return wake
  })
  return together
}
