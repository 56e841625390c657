import { describe, expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { openSlackHouse } from './slack-house.ts'
import { openHouse } from './telegram-house.ts'

describe('two admins who edit one agent at the same time', () => {
  it('in Slack: the second form is not saved, shows what the first changed, and opens again with both', async () => {
    await using house = await openSlackHouse()
    const { ann, slack, sees, t } = house
    const bob = await house.newcomer('UBOB', 'admin')
    ann.runs('/prorab agent Architect')
    await sees(t('field-agent-risk'), ann.direct())
    ann.presses(t('button-agent-config'), { channel: ann.direct() })
    const begun = JSON.parse(initialOf((await ann.sees()).view))
    expect(begun).toMatchObject({ metadata: { role: 'architect' } })

    bob.runs('/prorab agent set Architect temperature=0.9')
    await sees('Architect: v1 → v2', bob.direct())

    ann.submits(JSON.stringify({ ...begun, max_tokens: 500 }))
    const told = await sees(/You began with v1, and it is at v2 now/, ann.direct())
    expect(told.text).toContain('person-ubob changed this')
    expect(told.text).toMatch(/temperature: 0\.\d → 0\.9/)
    // The card that she began with shows what is there now.
    await waitFor(
      () =>
        slack
          .messages(ann.direct())
          .find(({ text }) => text.includes(t('field-agent-risk')))
          ?.text.includes('v2'),
      'the card to be up to date',
    )

    ann.presses('Answer', { channel: ann.direct() })
    const both = JSON.parse(initialOf((await ann.sees()).view))
    expect(both).toEqual({ ...begun, temperature: 0.9, max_tokens: 500 })
    ann.submits(JSON.stringify(both))
    await sees('Architect: v2 → v3', ann.direct())
  })

  it('in Telegram: the same, with the config as a file; and a viewer may look and nothing more', async () => {
    await using house = await openHouse()
    const { ann, telegram, t } = house
    const bob = await house.newcomer('Bob', 'admin')
    const vera = await house.newcomer('Vera', 'viewer')
    const asked = ann.says('/agent edit Architect')
    const question = await telegram.waitForMessage(t('ask-agent-config', { agent: 'Architect' }), {
      chat: ann.id,
      after: asked,
    })
    const begun = JSON.parse(
      telegram
        .chat(ann.id)
        .messages()
        .findLast(({ id, own }) => own && id < question.id)?.text ?? '',
    )
    bob.says('/agent set Architect temperature=0.9')
    await telegram.waitForMessage('Architect: v1 → v2', { chat: bob.id })

    ann.attaches(
      { name: 'architect.json', content: JSON.stringify({ ...begun, max_tokens: 500 }) },
      { replyTo: question },
    )
    const told = await telegram.waitForMessage(/You began with v1, and it is at v2 now/, { chat: ann.id })
    expect(told.text).toMatch(/Bob changed this.*temperature: 0\.\d → 0\.9/s)

    // A file with the command as its caption begins with what is there now.
    ann.attaches(
      { name: 'architect.json', content: JSON.stringify({ ...begun, temperature: 0.9, max_tokens: 500 }) },
      { caption: '/agent edit Architect' },
    )
    await telegram.waitForMessage('Architect: v2 → v3', { chat: ann.id })

    vera.says('/agent Architect')
    const card = await telegram.waitForMessage(t('field-agent-risk'), { chat: vera.id })
    expect(card.buttons).toEqual([
      t('button-agent-show-prompt'),
      t('button-agent-show-config'),
      t('button-agent-history'),
    ])
    vera.says('/agent edit Architect')
    await telegram.waitForMessage(t('error-forbidden-role', { least: 'admin' }), { chat: vera.id })
  })
})

const initialOf = (view: unknown): string => {
  const { blocks } = view as { blocks: { element?: { initial_value?: string } }[] }
  return blocks.find(({ element }) => element?.initial_value)?.element?.initial_value ?? ''
}
