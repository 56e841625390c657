import { requireBudget } from '../../domain/costs/require-budget.ts'
import { openIncidents } from '../../domain/incidents/find.ts'
import { projectBriefs } from '../../domain/projects/project-briefs.ts'
import { can } from '../../domain/users/permissions.ts'
import type { PoDeps, PoSession } from '../session.ts'
import { untrusted } from '../untrusted.ts'

const BRIEFED_PROJECTS = 30
const BRIEFED_INCIDENTS = 15

/** What the product owner should know without having to ask for it. */
export interface Briefing {
  text: string
  hasIncidents: boolean
}

/** What is asked of the database before a model is. */
export interface PreparedAnswer {
  briefing: Promise<Briefing>
  /** Rejects as `requireBudget` does. */
  budget: Promise<void>
}

/** Begun early, it is there when the model is to be asked: a turn writes two checkpoints before that. */
export const prepareAnswer = (deps: PoDeps, session: PoSession): PreparedAnswer => {
  const briefing = briefingOf(deps, session)
  const budget = requireBudget(deps.db, { now: deps.clock.now() })
  // A turn that ends before its first answer waits for neither.
  for (const one of [briefing, budget]) one.catch(() => {})
  return { briefing, budget }
}

const briefingOf = async ({ db }: PoDeps, session: PoSession): Promise<Briefing> => {
  const [projects, incidents] = await Promise.all([
    projectBriefs(db, { limit: BRIEFED_PROJECTS }),
    openIncidents(db, { limit: BRIEFED_INCIDENTS }),
  ])
  const facts = {
    person: { name: session.person.name, role: session.person.role, language: session.lang },
    ...(session.about && { repliesToMessageAbout: session.about }),
    projects: projects.map((project) => ({
      name: project.name,
      title: project.title,
      status: project.status,
      kind: project.kind ?? undefined,
      here: project.conversationId === session.conversationId,
      mayChange: can(session.person, 'project.change', project),
      working: project.isWorkedOn,
      waitsForApproval: project.waitsForApproval,
    })),
    ...(incidents.length > 0 && {
      openIncidents: incidents.map(({ number, subject, kind, severity, state, projectId }) => ({
        number,
        subject,
        kind,
        severity,
        state,
        ...(projectId && { project: projects.find(({ id }) => id === projectId)?.name }),
      })),
    }),
  }
  return {
    text: `The facts as of now:\n${untrusted('facts', JSON.stringify(facts))}`,
    hasIncidents: incidents.length > 0,
  }
}
