import { describe, expect, it } from 'vitest'
import { openSlackHouse } from './slack-house.ts'
import { openHouse } from './telegram-house.ts'

/** Longer than any message or form. */
const PROMPT = Array.from({ length: 2000 }, (_, i) => `${i + 1}. Подумай ещё раз 🙂.`).join('\n')
const prompt = { name: 'prompt.md', content: PROMPT }
const EDIT = '/agent edit Architect prompt'

describe('a file that comes with its command', () => {
  it('in Telegram is read, saved, and given back as it was; what cannot be read is refused in words', async () => {
    await using house = await openHouse()
    const { ann, telegram, t } = house
    const asked = ann.attaches(prompt, { caption: EDIT })
    const told = (words: string) => telegram.waitForMessage(words, { chat: ann.id, after: asked })
    await told('Architect: v1 → v2')

    ann.says('/agent prompt Architect')
    const shown = await telegram.waitForMessage(({ file }) => file !== undefined, {
      chat: ann.id,
      after: asked,
    })
    expect(shown.file).toMatchObject({ kind: 'document' })
    expect(shown.file?.data.toString('utf8').trimEnd()).toBe(PROMPT)

    ann.attaches({ name: 'a.json', content: Buffer.from([0xff, 0, 0x01]) }, { caption: EDIT })
    await told(t('attachment-not-text', { name: 'a.json' }))
    ann.attaches({ name: 'b.json', content: 'x'.repeat(1024 * 1024 + 1) }, { caption: EDIT })
    await told(t('attachment-too-large', { name: 'b.json', limit: 1024 }))
    ann.attaches({ name: 'c.json', content: '{}', gone: true }, { caption: EDIT })
    await told(t('attachment-gone', { name: 'c.json' }))
    // Nobody asked for this one.
    ann.attaches(prompt)
    await told(t('unsupported'))
  })

  it('in Slack is read from a direct message, from a channel and from a form, and given back as it was', async () => {
    await using house = await openSlackHouse()
    const { ann, slack, sees, t } = house
    const isEdit = ({ label }: { label: string }) => label === t('button-agent-prompt')
    slack.channel('CDEV', { members: ['UANN'] })
    ann.says(EDIT, { file: prompt })
    await sees('Architect: v1 → v2', ann.direct())
    ann.says(EDIT, { channel: 'CDEV', mention: true, file: { name: 'a.md', content: 'Think twice.' } })
    await sees('Architect: v2 → v3', 'CDEV')

    ann.runs('/prorab agent Architect')
    await sees(t('field-agent-risk'), ann.direct())
    ann.presses(t('button-agent-prompt'), { channel: ann.direct() })
    await ann.sees()
    ann.submits('Think twice.', { file: prompt })
    await sees('Architect: v3 → v4', ann.direct())
    // Too long for a form by now.
    await sees((message) => message.text.includes('v4') && message.buttons.some(isEdit), ann.direct())
    ann.presses(t('button-agent-prompt'), { channel: ann.direct() })
    const { view } = await ann.sees()
    expect(JSON.stringify(view)).not.toContain('plain_text_input')
    ann.submits(null, { file: { name: 'b.md', content: 'Think.' } })
    await sees('Architect: v4 → v5', ann.direct())

    ann.says(EDIT, { file: prompt })
    await sees('Architect: v5 → v6', ann.direct())
    ann.runs('/prorab agent prompt Architect')
    const shown = await sees(({ files }) => files !== undefined, ann.direct())
    expect(shown.files?.map(({ data }) => data.toString('utf8').trimEnd())).toEqual([PROMPT])
  })
})
