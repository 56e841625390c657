import { AIMessage, type BaseMessage, HumanMessage } from '@langchain/core/messages'
import type { Executor } from '../../db/client.ts'
import { stoppedAmong } from '../../domain/conversations/stop-talk.ts'

/** Read by models only. */
const STOPPED_NOTE = '(The person stopped this before it was answered. It is not wanted any more.)'

/** What a person said in a turn. Sent again under its id (that of the inbox row) it replaces itself. */
export const personMessage = ({ id, text, turnId }: { id: string; text: string; turnId: string }) =>
  new HumanMessage({ id, content: text, additional_kwargs: { turnId } })

/**
 * What was stopped is not to be taken up with whatever the person says next: behind it stands a note, for the model.
 * The notes are no part of the checkpoints. A stop may come while a checkpoint is being written, and which of the two
 * is kept last is then a matter of chance; the turns table is sure.
 */
export const withStopNotes = async (db: Executor, messages: BaseMessage[]): Promise<BaseMessage[]> => {
  const unanswered = unansweredTurns(messages)
  if (unanswered.size === 0) return messages
  const stopped = await stoppedAmong(db, [...new Set(unanswered.values())])
  return messages.flatMap((message, index) =>
    stopped.has(unanswered.get(index) ?? '') ? [message, new AIMessage(STOPPED_NOTE)] : [message],
  )
}

/** Where turns end that have no answer though another came after them: the index of their last message → the turn. */
const unansweredTurns = (messages: BaseMessage[]): Map<number, string> => {
  const found = new Map<number, string>()
  let turnId: string | undefined
  for (const [index, message] of messages.entries()) {
    if (!HumanMessage.isInstance(message)) continue
    const next = turnOf(message)
    if (turnId && turnId !== next && !isAnswer(messages[index - 1])) found.set(index - 1, turnId)
    turnId = next
  }
  return found
}

const turnOf = (message: HumanMessage): string | undefined => {
  const { turnId } = message.additional_kwargs
  return typeof turnId === 'string' ? turnId : undefined
}

const isAnswer = (message: BaseMessage | undefined): boolean =>
  AIMessage.isInstance(message) && !message.tool_calls?.length
