import type { EscalationStep } from '../../../db/shapes/incident.ts'
import { chainProblem } from '../../../domain/incidents/chain-rules.ts'
import { setChain } from '../../../domain/incidents/chains.ts'
import { findProject, type Project } from '../../../domain/projects/projects.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { AppError } from '../../../errors.ts'
import { view } from '../answers.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { namedPerson } from '../named-person.ts'
import { parseEscalation, type SaidStep } from './parse-escalation.ts'
import { projectArgs, scoped } from './scope.ts'

/** Of twenty steps, with long names. */
const ARGS_MAX = 2_000

/** Shows who is asked in which order when nobody answers, or sets it; `off` goes back to what counts without. */
export const escalation: Command = {
  name: 'escalation',
  family: 'incidents',
  permission: 'oncall.read',
  usage: '/escalation [PROJECT] [STEPS|off]',
  example: '/escalation on-call, wait 5, boris, wait 10, chat, repeat 2',
  run: async (context, args) => {
    const { tx, person, row } = context
    const { text, project } = await scopedSteps(context, args.slice(0, ARGS_MAX))
    if (text === '') return view('escalation', projectArgs(project))
    requirePermission(person, 'oncall.manage')
    const steps = text.toLowerCase() === 'off' ? [] : await resolved(context, parseEscalation(text))
    const problem = text.toLowerCase() === 'off' ? undefined : chainProblem(steps)
    if (problem)
      throw new AppError('invalid', `an escalation chain cannot be like this: ${problem}`, {
        userMessage: {
          key: `escalation-problem-${problem.replaceAll('_', '-')}`,
          args: { example: escalation.example },
        },
      })
    await setChain(tx, { projectId: project?.id, steps }, { person, surface: row.platform })
    return view('escalation', { ...projectArgs(project), said: 'set' })
  },
}

/** The project may stand first, or last after `for`. */
const scopedSteps = async (
  { tx }: CommandContext,
  args: string,
): Promise<{ text: string; project: Project | undefined }> => {
  const { text, project } = await scoped(tx, args)
  if (project) return { text, project }
  const [, first = '', rest = ''] = /^(?:for\s+)?([a-z][a-z0-9-]*)(?![^\s,])\s*([\s\S]*)$/i.exec(text) ?? []
  const named = first && !rest.startsWith(',') ? await findProject(tx, first.toLowerCase()) : undefined
  return named ? { text: rest, project: named } : { text, project: undefined }
}

const resolved = async (
  { tx, person, conversation }: CommandContext,
  said: readonly SaidStep[],
): Promise<EscalationStep[]> => {
  const steps: EscalationStep[] = []
  for (const step of said) {
    if (step.kind === 'person')
      steps.push({ kind: 'person', userId: (await namedPerson(tx, step.name, person)).id })
    else if (step.kind === 'chat') steps.push({ kind: 'chat', conversationId: conversation.id })
    else steps.push(step)
  }
  return steps
}
