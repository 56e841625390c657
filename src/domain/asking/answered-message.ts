import type { Executor } from '../../db/client.ts'
import { repliedMessage } from '../conversations/replied-message.ts'
import { findTask, type Task } from '../tasks/tasks.ts'

/** The question whose answer a person replies to, by the platform's reference of the message. */
export const answeredQuestion = async (
  db: Executor,
  reply: { conversationId: string; replyTo: string },
): Promise<Task | undefined> => {
  const content = (await repliedMessage(db, reply))?.content
  if (content?.type !== 'view' || content.view !== 'task') return undefined
  const task = await findTask(db, String(content.args.id))
  return task?.workType === 'answer' ? task : undefined
}
