import { requirePermission } from '../../domain/users/permissions.ts'
import type { Answer, CommandContext } from './context.ts'
import { findCommand } from './index.ts'
import { unknownCommand } from './unknown.ts'

/**
 * Runs a command for somebody who is known, whether they typed it or pressed a button that says it.
 * @throws AppError, whose message is the answer.
 */
export const runCommand = async (context: CommandContext, name: string, args: string): Promise<Answer> => {
  const command = findCommand(name)
  if (!command) return unknownCommand(name, context.person)
  requirePermission(context.person, command.permission)
  return command.run ? command.run(context, args) : command.shows(args)
}
