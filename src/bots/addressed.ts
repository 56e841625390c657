import type { Executor } from '../db/client.ts'
import type { CommandBody } from '../db/shapes/incoming.ts'
import { addressIn } from '../domain/asking/address.ts'
import { addressee } from '../domain/asking/addressee.ts'
import { answeredQuestion } from '../domain/asking/answered-message.ts'
import { projectMeant } from '../domain/asking/project-meant.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { findProject } from '../domain/projects/projects.ts'
import { ask } from './commands/routing-ask.ts'

/**
 * A text that is for one agent, as the command it stands for: it begins with `@Name`, or replies to what an agent
 * answered.
 * @param userId of the speaker, whose own agents count too.
 * @returns undefined for talk with the product owner, also where the word behind the @ is no agent's name.
 */
export const asQuestion = async (
  db: Executor,
  { body, conversationId }: Pick<InboxRow, 'body' | 'conversationId'>,
  userId: string,
): Promise<CommandBody | undefined> => {
  if (body.kind !== 'text') return undefined
  const { text, replyTo, ...common } = body
  const command: CommandBody = {
    ...common,
    ...(replyTo && { replyTo }),
    kind: 'command',
    name: ask.name,
    args: text,
  }
  const address = addressIn(text)
  if (address) {
    const project = address.project
      ? await findProject(db, address.project)
      : await projectMeant(db, { conversationId, ...(replyTo && { replyTo }), question: address.question })
    const lost = address.project !== undefined && !project
    if (!lost) {
      const found = await addressee(db, address.agent, { projectId: project?.id, userId })
      if (found.state !== 'unknown') return command
    }
  }
  return replyTo && (await answeredQuestion(db, { conversationId, replyTo })) ? command : undefined
}
