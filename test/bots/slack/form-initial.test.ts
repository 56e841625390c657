import { describe, expect, it } from 'vitest'
import type { Incoming } from '../../../src/bots/chat.ts'
import { MAX_INITIAL_CHARS } from '../../../src/bots/slack/limits.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createSlackWorld } from './world.ts'

/** A card whose button opens a form that begins with this text. */
const setUp = async (initial: () => Promise<string | undefined>) => {
  const asked: string[] = []
  const world = await createSlackWorld('socket', {
    formInitial: (action) => {
      asked.push(action)
      return initial()
    },
  })
  const received: Incoming[] = []
  await world.adapter.start(async (incoming) => void received.push(incoming))
  const ann = world.slack.person('UANN')
  const form = { title: 'Edit the prompt', label: 'The whole prompt' }
  const buttons = [[{ label: 'Edit', action: 'agent:p:1', form }]]
  const [part = expect.unreachable()] = world.adapter.render({
    card: { title: 'Architect', tone: 'neutral', buttons },
  })
  await world.adapter.send(`slack:T1:${ann.direct()}:main`, part, { idempotencyKey: 'card' })
  const press = async () => {
    const click = ann.presses('Edit')
    await waitFor(() => click.state === 'acknowledged', 'the acknowledgement')
    return world.slack.views().at(-1)
  }
  const body = async () => (await waitFor(() => received[0], 'the answer')).body
  return { ...world, asked, received, ann, press, body, [Symbol.asyncDispose]: world.close }
}

const blocksOf = (view: { view: Record<string, unknown> } | undefined) =>
  (view?.view.blocks ?? []) as { type: string; optional?: boolean; element?: Record<string, unknown> }[]

describe('a form with a text to begin with', () => {
  it('shows it to be changed, and the new text comes back whole', async () => {
    await using world = await setUp(async () => 'Plan the work.\nIn steps.')
    const view = await world.press()
    expect(world.asked).toEqual(['agent:p:1'])
    expect(blocksOf(view)[0]?.element).toMatchObject({ initial_value: 'Plan the work.\nIn steps.' })
    world.ann.submits('Plan the work.\nIn three steps.')
    expect(await world.body()).toMatchObject({ kind: 'form', text: 'Plan the work.\nIn three steps.' })
  })

  it('takes a file in its place', async () => {
    await using world = await setUp(async () => 'Plan.')
    await world.press()
    world.ann.submits('Plan.', { file: { name: 'prompt.md', content: 'A long prompt' } })
    const { attachment } = await world.body()
    expect(attachment).toMatchObject({ name: 'prompt.md', bytes: 13 })
    const read = world.adapter.readAttachment?.(attachment ?? expect.unreachable(), { maxBytes: 100 })
    expect(await read).toBe('A long prompt')
  })

  it.each([MAX_INITIAL_CHARS, MAX_INITIAL_CHARS + 1, 200_000])(
    'opens with %d characters, and says what to do when these are too many for a form',
    async (length) => {
      await using world = await setUp(async () => 'я'.repeat(length))
      const kinds = blocksOf(await world.press()).map(({ type, element }) => element?.type ?? type)
      expect(kinds).toEqual(
        length <= MAX_INITIAL_CHARS ? ['plain_text_input', 'file_input'] : ['section', 'file_input'],
      )
    },
  )

  it('that takes only a file stays open without one', async () => {
    await using world = await setUp(async () => 'x'.repeat(3000))
    await world.press()
    const sent = world.ann.submits(null)
    await waitFor(() => sent.state === 'acknowledged', 'the answer')
    expect(world.slack.views()).toMatchObject([{ open: true, errors: { attachment: expect.any(String) } }])
    world.ann.submits(null, { file: { name: 'prompt.md', content: 'new' } })
    expect(await world.body()).toMatchObject({ kind: 'form', text: '', attachment: { name: 'prompt.md' } })
  })

  it('does not open empty when the text cannot be had: then everything would be replaced by nothing', async () => {
    await using world = await setUp(async () => {
      throw new Error('the database is away')
    })
    expect(await world.press()).toBeUndefined()
    expect(world.slack.whispers('UANN')).toMatchObject([
      { text: expect.stringContaining('press the button again') },
    ])
  })

  it('that begins with nothing is one empty field', async () => {
    await using world = await setUp(async () => undefined)
    const blocks = blocksOf(await world.press())
    expect(blocks).toHaveLength(1)
    expect(blocks[0]?.element).not.toHaveProperty('initial_value')
  })
})
