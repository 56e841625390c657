import type { AskContent } from '../../db/shapes/outgoing.ts'
import { parseAction } from '../action-ids.ts'
import { noticeMarkdown } from '../cards/notice.ts'
import type { Outgoing } from '../chat.ts'
import { presentAgentAsk } from './agents/ask.ts'
import type { Drawing } from './index.ts'

/** A question for a text. What the answer is to be about stands in its action. */
export const presentAsk = async (drawing: Drawing, content: AskContent): Promise<Outgoing> => {
  const { words } = drawing
  const action = parseAction(content.action)
  if (action?.kind === 'agent') return presentAgentAsk(drawing, content, action.form)
  return {
    ask: {
      action: content.action,
      prompt: noticeMarkdown(words, content),
      placeholder: words.t(`${content.key}-placeholder`),
    },
  }
}
