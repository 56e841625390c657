import { isGraphBubbleUp } from '@langchain/langgraph'
import { asAppError } from '../../errors.ts'

/**
 * What a model reads of a tool's error: it may try something else.
 * @throws the error itself when it must stop the work: an interrupt, a stop, a lost lease, or what is our own fault.
 */
export const toldToModel = (error: unknown): string => {
  if (isGraphBubbleUp(error)) throw error
  const known = asAppError(error)
  if (known.code === 'internal' || known.code === 'lease_lost' || known.code === 'stopped') throw error
  return `error: ${known.message}`
}
