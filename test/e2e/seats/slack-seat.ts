import type { FakeSlack } from '../../fakes/slack.ts'
import type { Seat } from './seat.ts'

/** What the button under a question is called. */
const ANSWER = ['Answer', 'Ответить']

export const slackSeat = (slack: FakeSlack, { id, locale }: { id: string; locale?: string }): Seat => {
  const person = slack.person(id, locale)
  const channel = person.direct()
  /** The form that is open, or about to open; a question has a button for its own. */
  const form = () => {
    const button = slack
      .messages(channel)
      .at(-1)
      ?.buttons.find(({ label }) => ANSWER.includes(label))
    if (button && !slack.views().some(({ open }) => open)) person.presses(button.label, { channel })
    return person.sees()
  }
  return {
    says: (text) => void person.says(text),
    command: (line) => void person.runs(line.replace('/', '/prorab ')),
    presses: (label) => void person.presses(label, { channel }),
    writes: async (label, words) => {
      person.presses(label, { channel })
      await person.sees()
      person.submits(words)
    },
    answers: async (text) => {
      const { view } = await form()
      person.submits(text(begunWith(view)))
    },
    gives: async (file) => {
      await form()
      person.submits(null, { file })
    },
    screen: () =>
      slack.messages(channel).map(({ ref, ts, text, buttons, edits, mentions }) => ({
        ref,
        order: Number(ts),
        text,
        buttons: buttons.map(({ label }) => label),
        edits,
        calls: mentions,
      })),
  }
}

const begunWith = (view: unknown): string => {
  const { blocks } = view as { blocks: { element?: { initial_value?: string } }[] }
  return blocks.find(({ element }) => element?.initial_value)?.element?.initial_value ?? ''
}
