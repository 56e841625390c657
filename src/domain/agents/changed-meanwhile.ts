import { AppError } from '../../errors.ts'
import type { Agent } from './agents.ts'
import type { AgentVersion } from './versions.ts'

/** Somebody else changed the agent since the version that an edit began with. Nothing was saved. */
export class AgentChangedMeanwhile extends AppError {
  /** As it is now. */
  readonly current: Agent
  /** What the edit began with; undefined for a version that never was. */
  readonly base: AgentVersion | undefined

  constructor(current: Agent, base: AgentVersion | undefined) {
    super('conflict', `${current.name} was changed meanwhile: it has version ${current.version} now`, {
      userMessage: {
        key: 'agent-changed-meanwhile',
        args: { name: current.name, version: String(current.version), base: String(base?.version ?? '?') },
      },
    })
    this.current = current
    this.base = base
  }
}
