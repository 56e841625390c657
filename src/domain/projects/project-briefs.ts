import { type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { approvals, projects, runs } from '../../db/schema/index.ts'
import { LIVE_RUN_STATUSES } from '../runs/runs.ts'
import { isShown, type Project, shownOrder } from './projects.ts'

/** A project in the few words that an agent is told before it answers. */
export interface ProjectBrief
  extends Pick<Project, 'id' | 'name' | 'title' | 'status' | 'ownerId' | 'conversationId'> {
  /** The kind of service that it is, where that was planned. */
  kind: string | null
  /** A run of it is not over. */
  isWorkedOn: boolean
  waitsForApproval: boolean
}

/** The projects that `listProjects` begins with, and what goes on in each; one statement, because a person waits. */
export const projectBriefs = (db: Executor, { limit }: { limit: number }): Promise<ProjectBrief[]> =>
  db
    .select({
      id: projects.id,
      name: projects.name,
      title: projects.title,
      status: projects.status,
      ownerId: projects.ownerId,
      conversationId: projects.conversationId,
      kind: sql<string | null>`case when jsonb_typeof(${projects.traits} #> '{spec,kind}') = 'string'
        then ${projects.traits} #>> '{spec,kind}' end`,
      isWorkedOn: among(sql`select from ${runs} where ${runs.projectId} = ${projects.id}
        and ${runs.status} = any(${`{${LIVE_RUN_STATUSES.join(',')}}`}::text[])`),
      waitsForApproval: among(sql`select from ${approvals} where ${approvals.projectId} = ${projects.id}
        and ${approvals.state} = 'open'`),
    })
    .from(projects)
    .where(isShown)
    .orderBy(...shownOrder)
    .limit(limit)

const among = (found: SQL): SQL<boolean> => sql<boolean>`exists (${found})`
