import { describe, expect, it } from 'vitest'
import { sees } from './seats/seat.ts'
import { openWorld, type Surface } from './world.ts'

const CONFIG = {
  name: 'Reviewer',
  project: null,
  model: '',
  temperature: 0.2,
  system_prompt: 'You review changes.',
  tools: [],
  metadata: { role: 'custom', capabilities: ['review'], cost_per_call: 0 },
}

/** A config as it was begun with, changed. */
const edited = (change: object) => (begun: string) => JSON.stringify({ ...JSON.parse(begun), ...change })

describe.each<Surface>(['telegram', 'slack by socket', 'console'])('an admin of agents in %s', (surface) => {
  it('makes one, looks at it, edits it, is told all mistakes at once, goes back, tests it and deletes it', async () => {
    await using world = await openWorld(surface)
    const { ann, annsName, t } = world
    const command = (line: string) => ann.command(line)

    command('/agents')
    const list = await sees(ann, t('agents-title'))
    expect(list.text).toMatch(/Architect · architect · the default model · ready · v1/)
    await ann.presses('Architect')
    await sees(ann, t('field-agent-capabilities'))

    command('/agent new')
    const asked = await sees(ann, t('ask-agent-new'))
    await ann.answers((begun) =>
      edited({ name: 'Reviewer', temperature: 'warm' })(begun || JSON.stringify(CONFIG)),
    )
    const refused = await sees(ann, /Nothing was saved, because one thing is wrong/, { after: asked })
    expect(refused.text).toContain('must be a number, not "warm"')
    const again = await sees(ann, t('ask-agent-new'), { after: asked })
    // What was typed is where they go on.
    await ann.answers((begun) => {
      expect(JSON.parse(begun)).toMatchObject({ name: 'Reviewer', temperature: 'warm' })
      return edited({ temperature: 0.3 })(begun)
    })
    const card = await sees(
      ann,
      ({ text }) => text.includes('Reviewer') && text.includes(t('field-agent-risk')),
      {
        after: again,
      },
    )
    expect(card.text).toContain(`by ${annsName}`)

    await ann.presses(t('button-agent-config'))
    if (surface !== 'slack by socket')
      await sees(ann, t('ask-agent-config', { agent: 'Reviewer' }), { after: card })
    await ann.answers(edited({ temperature: 0.9, max_tokens: 500 }))
    const change = await sees(ann, 'Reviewer: v1 → v2', { after: card })
    expect(change.text).toContain('temperature: 0.3 → 0.9')
    expect(change.text).toMatch(/max_tokens: 8.?000 → 500/)

    command('/agent set Reviewer temperature=-1 tolls=x')
    const both = await sees(ann, /because 2 things are wrong/, { after: change })
    expect(both.text).toContain('did you mean tools')

    command('/agent edit Reviewer prompt')
    const prompt = await sees(ann, t('ask-agent-prompt', { agent: 'Reviewer' }), { after: both })
    await ann.gives({ name: 'prompt.md', content: 'You review changes.\nBe kind.' })
    await sees(ann, 'Reviewer: v2 → v3', { after: prompt })

    command('/agent history Reviewer')
    const history = await sees(ann, t('agent-history-title', { agent: 'Reviewer' }))
    expect(history.text).toMatch(/3 .*changed system_prompt/)
    await ann.presses(t('button-agent-last-change'))
    const last = await sees(ann, ({ text }) => text.includes('v2 → v3') && text.includes('+Be kind.'), {
      after: history,
    })
    expect(last.buttons).toContain(t('button-agent-rollback', { version: '2' }))
    await ann.presses(t('button-agent-rollback', { version: '2' }))
    await sees(ann, 'Reviewer: v3 → v4', { after: last })

    command('/agent test Reviewer "Is this good?"')
    const tested = await sees(ann, /Reviewer · offline · \d+ tokens in, \d+ out · \$0\.00 · [\d.]+ s/)

    command('/agent delete Reviewer')
    const question = await sees(ann, t('approval-title-delete-agent', { agent: 'Reviewer' }), {
      after: tested,
    })
    await ann.presses(t('button-delete-now'))
    await sees(ann, t('agent-deleted', { name: 'Reviewer' }), { after: question })
    command('/agent Reviewer')
    await sees(ann, /There is no agent “Reviewer”\. There are: /)
  })
})
