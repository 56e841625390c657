import { findByPart, revise } from '../../../domain/conversations/outbox.ts'
import type { CommandContext } from '../context.ts'

/** The agent whose card was pressed has changed: that card shows it, and its buttons begin with the new version. */
export const redrawPressed = async (
  { tx, deps, row, afterCommit }: CommandContext,
  agentId: string,
): Promise<void> => {
  const { body, conversationId } = row
  if ((body.kind !== 'action' && body.kind !== 'form') || !body.messageRef) return
  const pressed = await findByPart(tx, conversationId, body.messageRef)
  if (pressed?.content.type !== 'view' || pressed.content.args.id !== agentId) return
  const revised = await revise(tx, pressed.id, {})
  if (revised) afterCommit(() => deps.wake.deliver(revised))
}
