import type { Lang } from '../../db/schema/users.ts'
import { WORK_TYPES } from '../../db/shapes/task.ts'
import { projectMeant } from '../../domain/asking/project-meant.ts'
import { decisionsOfTask, lastDecision } from '../../domain/routing/history.ts'
import { findTaskByNumber } from '../../domain/tasks/tasks.ts'
import { AppError } from '../../errors.ts'
import { workName } from '../cards/decision-words.ts'
import { clip } from '../cards/plain.ts'
import { LANGS, type Texts } from '../texts.ts'
import { notice, view } from './answers.ts'
import { usageError, wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import { decisionFilter } from './routing-filter.ts'

const PAGE_MAX = 9999
const NAME_SHOWN = 40
/** What Postgres calls an integer. */
const TASK_NUMBER = /^#?(\d{1,9})$/

/** Why this worker: of the last decision about anything asked for in this chat, or of a task. */
export const why: Command = {
  name: 'why',
  family: 'agents',
  permission: 'agents.read',
  usage: '/why [TASK]',
  example: '/why 12',
  run: async ({ tx, conversation }, args) => {
    const [word] = words(why, args, { min: 0, max: 1 })
    if (word === undefined) {
      const last = await lastDecision(tx, { conversationId: conversation.id })
      return last ? view('why', { id: last.id }) : notice('why-none')
    }
    const [, number] = TASK_NUMBER.exec(word) ?? []
    if (number === undefined) throw usageError(why)
    const task = await findTaskByNumber(tx, Number(number))
    if (!task)
      throw new AppError('not_found', `there is no task ${number}`, {
        userMessage: { key: 'why-task-unknown', args: { number } },
      })
    const decision = (await decisionsOfTask(tx, task.id)).at(-1)
    return decision ? view('why', { id: decision.id }) : notice('why-task-waits', { number })
  },
}

/** Every decision, or those about an agent, a worker or a kind of work; a number turns the pages. */
export const decisions: Command = {
  name: 'decisions',
  family: 'agents',
  permission: 'agents.read',
  usage: '/decisions [NAME] [PAGE]',
  example: '/decisions answer 2',
  run: async ({ tx, conversation, deps: { texts }, person }, args) => {
    const parts = words(decisions, args, { min: 0, max: 2 })
    const last = parts.at(-1)
    const page = last !== undefined && /^\d+$/.test(last) ? parts.pop() : undefined
    if (parts.length > 1) throw usageError(decisions)
    const pageArgs = { page: wholeNumber(decisions, page, { byDefault: 1, max: PAGE_MAX }) }
    const [name] = parts
    if (name === undefined) return view('decisions', pageArgs)
    const project = await projectMeant(tx, { conversationId: conversation.id, question: '' })
    const named = await decisionFilter(tx, kindNamed(texts, name) ?? name, {
      ...(project && { projectId: project.id }),
    })
    if (!named)
      throw new AppError('not_found', `no decisions are about ${name}`, {
        userMessage: {
          key: 'decisions-filter-unknown',
          args: {
            name: clip(name, NAME_SHOWN),
            kinds: KINDS.map((kind) => nameOf(texts, person.lang, kind)).join(', '),
          },
        },
      })
    return view('decisions', { ...pageArgs, filter: named.label })
  },
}

const KINDS = Object.keys(WORK_TYPES)

/** The kind of work that lists call by this word, in whatever language. */
const kindNamed = (texts: Texts, word: string): string | undefined =>
  KINDS.find((kind) => LANGS.some((lang) => nameOf(texts, lang, kind).toLowerCase() === word.toLowerCase()))

const nameOf = (texts: Texts, lang: Lang, kind: string): string =>
  workName({ t: (key, args) => texts.t(lang, key, args) }, kind)
