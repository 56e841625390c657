import { projectById } from '../../domain/projects/projects.ts'
import { decisionsOfTask, findDecision, listDecisions } from '../../domain/routing/history.ts'
import { findWorker, listWorkers } from '../../domain/routing/workers.ts'
import { taskNumbers } from '../../domain/tasks/task-numbers.ts'
import { findTask } from '../../domain/tasks/tasks.ts'
import { can } from '../../domain/users/permissions.ts'
import { decisionsCard } from '../cards/decisions.ts'
import { taskCard } from '../cards/task.ts'
import { whyCard } from '../cards/why.ts'
import { workerCard } from '../cards/worker.ts'
import { WORKERS_PAGE_SIZE, workersCard } from '../cards/workers.ts'
import type { Card, Outgoing } from '../chat.ts'
import { decisionFilter } from '../commands/routing-filter.ts'
import type { Drawing } from './index.ts'

export type RoutingView = 'task' | 'why' | 'decisions' | 'workers' | 'worker'

interface RoutingContent {
  view: RoutingView
  args: Record<string, string | number>
}

/** @returns undefined when what is named is gone. */
export const presentRouting = async (
  drawing: Drawing,
  { view, args }: RoutingContent,
): Promise<Outgoing | undefined> => {
  const card = await cardOf(drawing, view, args)
  return card && { card }
}

const cardOf = async (
  drawing: Drawing,
  view: RoutingView,
  args: RoutingContent['args'],
): Promise<Card | undefined> => {
  const { words, person, deps } = drawing
  const { db } = deps
  const id = String(args.id ?? '')
  const page = Number(args.page ?? 1)

  switch (view) {
    case 'task': {
      const [task, decisions] = await Promise.all([findTask(db, id), decisionsOfTask(db, id)])
      const project = task?.projectId ? await projectById(db, task.projectId) : undefined
      return task && taskCard(words, { task, project: project?.name, decision: decisions.at(-1) })
    }
    case 'why': {
      const decision = await findDecision(db, id)
      if (!decision) return undefined
      const { taskId } = decision
      const [task, attempts] = taskId
        ? await Promise.all([findTask(db, taskId), decisionsOfTask(db, taskId)])
        : [undefined, [decision]]
      return whyCard(words, { decision, task, attempts })
    }
    case 'decisions':
      return decisionList(drawing, args.filter === undefined ? undefined : String(args.filter), page)
    case 'workers':
      return workersCard(words, await listWorkers(db, { page, pageSize: WORKERS_PAGE_SIZE }))
    case 'worker': {
      const worker = await findWorker(db, id)
      const mayManage = person !== undefined && can(person, 'workers.manage')
      return worker && workerCard(words, { worker, mayManage })
    }
    default:
      return view satisfies never
  }
}

const decisionList = async (
  { words, deps: { db } }: Drawing,
  filter: string | undefined,
  page: number,
): Promise<Card | undefined> => {
  const named = filter === undefined ? { filter: {} } : await decisionFilter(db, filter)
  if (!named) return undefined
  const found = await listDecisions(db, { ...named.filter, page })
  const numbers = await taskNumbers(
    db,
    found.decisions.map(({ taskId }) => taskId),
  )
  return decisionsCard(words, {
    ...found,
    filter,
    decisions: found.decisions.map((decision) => ({
      decision,
      number: numbers.get(decision.taskId ?? ''),
    })),
  })
}
