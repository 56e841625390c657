import { readUntrusted } from '../../../untrusted.ts'
import type { Diagnosis } from '../../../work/recover-diagnosis.ts'
import { calls, type OfflineAgent, says } from './answer.ts'
import { proposeByRules } from './repair-rules.ts'

/** Reads the diagnosis of an incident, and proposes what rules say. */
export const offlineDevops: OfflineAgent = (messages) => {
  const asked = messages.findLast((message) => message.getType() === 'human')?.text ?? ''
  const [told] = readUntrusted('diagnosis', asked)
  return told
    ? calls('propose_repair', { ...proposeByRules(JSON.parse(told) as Diagnosis) })
    : says('The offline demo has no rules for that.')
}
