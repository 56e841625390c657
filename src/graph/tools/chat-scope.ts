import type { PoDeps, PoSession } from '../session.ts'

/** Where, by whom and under which lease a tool is used in a chat. */
export type ToolSession = Pick<PoSession, 'turnId' | 'conversationId' | 'platform' | 'person' | 'lease'>

/** What the tools of a chat work on. */
export interface ChatScope {
  deps: PoDeps
  session: ToolSession
}
