import { systemClock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import type { Database } from '../../db/client.ts'
import { agentLabel, resolveAgent } from '../../domain/agents/address.ts'
import { recordAudit } from '../../domain/audit/audit.ts'
import { createModels } from '../../graph/models/index.ts'
import { testAgent } from '../../jobs/test-agent.ts'
import { createLog } from '../../log.ts'
import { localPerson } from '../local-person.ts'

/**
 * One answer of an agent, as `/agent test` in a chat, with what it took.
 * @throws AppError not_found; model_failed; budget_exceeded.
 */
export const tryAgent = async (
  db: Database,
  { config, name, prompt, json }: { config: Config; name: string; prompt: string; json?: boolean },
): Promise<unknown> => {
  const agent = await resolveAgent(db, name)
  const person = await localPerson(db)
  const deps = {
    db,
    models: await createModels(config.model),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    // Whoever ends the command ends the call.
    shutdown: new AbortController().signal,
  }
  const answer = await testAgent(deps, agent.id, prompt, person)
  await recordAudit(db, {
    ...{ userId: person.id, actor: person.name, surface: 'cli', action: 'agent.test', result: 'ok' },
    subject: await agentLabel(db, agent),
  })
  if (json) return answer
  const { markdown, calls, model, inputTokens, outputTokens, cost, durationMs } = answer
  const said = markdown.trim() || `No words: it went straight to its tools (${calls.join(', ')}).`
  const took = `${inputTokens} tokens in, ${outputTokens} out, $${cost.toFixed(4)}, ${durationMs / 1000} s`
  return `${said}\n\n${agent.name}, ${model}: ${took}`
}
