import type { Agent } from '../../domain/agents/agents.ts'
import { agentFormAction } from '../agent-form-ids.ts'
import type { Button } from '../chat.ts'
import type { Words } from '../words.ts'

/** A button that asks for a text about an agent: its prompt, its whole config, or something to say to it. */
export const agentFormButton = (
  { t }: Words,
  what: 'prompt' | 'config' | 'test',
  { id, version }: Pick<Agent, 'id' | 'version'>,
): Button => {
  switch (what) {
    case 'prompt':
      return {
        label: t('button-agent-prompt'),
        action: agentFormAction({ what, id, version }),
        form: { title: t('form-agent-prompt'), label: t('form-agent-prompt-label') },
      }
    case 'config':
      return {
        label: t('button-agent-config'),
        action: agentFormAction({ what, id, version }),
        form: { title: t('form-agent-config'), label: t('form-agent-config-label') },
      }
    case 'test':
      return {
        label: t('button-agent-test'),
        action: agentFormAction({ what, id }),
        form: { title: t('form-agent-test'), label: t('form-agent-test-label') },
      }
    default:
      return what satisfies never
  }
}
