import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import type { Agent } from '../../domain/agents/agents.ts'

/** Makes the model of an agent. One per installation: a real endpoint, or the offline demo. */
export interface Models {
  /** For people: "offline demo", "gpt-4.1". */
  readonly label: string
  forAgent(agent: Agent): BaseChatModel
  /** The name that is recorded with a call. */
  nameFor(agent: Agent): string
}
