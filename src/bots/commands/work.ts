import type { NoticeContent, ViewName } from '../../db/shapes/outgoing.ts'
import { notice, view } from './answers.ts'
import { words } from './arguments.ts'
import type { Command } from './command.ts'

/** A command that only shows something. */
const showing = (name: ViewName, command: Omit<Command, 'run' | 'shows'>): Command => ({
  ...command,
  shows: (args) => {
    words(command, args, { min: 0, max: 0 })
    return view(name)
  },
})

const status = showing('status', {
  name: 'status',
  family: 'work',
  permission: 'project.read',
  usage: '/status',
  example: '/status',
})

const approvals = showing('approvals', {
  name: 'approvals',
  family: 'work',
  permission: 'project.read',
  usage: '/approvals',
  example: '/approvals',
})

const stop: Command = {
  name: 'stop',
  aliases: ['cancel'],
  family: 'work',
  permission: 'work.stop',
  usage: '/stop',
  example: '/stop',
  run: async ({ deps, row, conversation, person }) => ({
    type: 'later',
    work: async () => {
      const { stopped } = await deps.operations.stopConversation(conversation.id, {
        stopSeq: row.seq,
        person,
      })
      const runs = stopped.filter(({ kind }) => kind === 'run').map(({ title }) => title)
      return stopNotice(runs, stopped.length > runs.length)
    },
  }),
}

const stopNotice = (runs: string[], answer: boolean): NoticeContent => {
  const what = runs.join(', ')
  if (runs.length === 0) return notice(answer ? 'stop-done-answer' : 'stop-nothing')
  return notice(answer ? 'stop-done-both' : 'stop-done', { what })
}

export const workCommands = [status, approvals, stop]
