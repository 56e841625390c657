import type { PoDeps } from '../session.ts'
import type { ToolSession } from './chat-scope.ts'
import { INCIDENT_TOOLS } from './incidents.ts'
import { INTENT_TOOLS } from './intents.ts'
import { submitPlan } from './planning.ts'
import { PROJECT_TOOLS } from './projects.ts'
import { askQuestions } from './questions.ts'
import { RECOVERY_TOOLS } from './recovery.ts'
import { SERVICE_TOOLS } from './services.ts'
import { type AgentTool, bindTools, type Tool } from './tool.ts'
import { READING_TOOLS, WORKING_TOOLS } from './workspace.ts'

const CHAT_TOOLS = [...PROJECT_TOOLS, ...INTENT_TOOLS, ...SERVICE_TOOLS, ...INCIDENT_TOOLS, askQuestions]

/** Every tool there is. Which of them an agent has stands in its config; which make sense, where it works. */
export const ALL_TOOLS: readonly Omit<Tool<never>, 'run'>[] = [
  ...CHAT_TOOLS,
  submitPlan,
  ...READING_TOOLS,
  ...WORKING_TOOLS,
  ...RECOVERY_TOOLS,
]

/** The tools of a conversation with a person. */
export const chatTools = (deps: PoDeps, session: ToolSession): AgentTool[] =>
  bindTools(CHAT_TOOLS, { deps, session })
