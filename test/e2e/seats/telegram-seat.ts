import type { TelegramFake } from '../../fakes/telegram.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Seat } from './seat.ts'

export const telegramSeat = (
  telegram: TelegramFake,
  who: { id: number; name: string; languageCode?: string },
): Seat => {
  const person = telegram.person(who)
  const messages = () => telegram.chat(person.id).messages()
  const asked = () =>
    waitFor(
      () => messages().findLast((one) => one.own && one.asksForReply),
      'a question that opens the input line',
    )
  return {
    says: (text) => void person.says(text),
    command: (line) => void person.says(line),
    presses: (label) => void person.presses(label),
    writes: async (label, words) => {
      person.presses(label)
      person.says(words, { replyTo: await asked() })
    },
    answers: async (text) => {
      const question = await asked()
      const above = messages().findLast((one) => one.own && one.id < question.id)
      person.says(text(above?.text ?? ''), { replyTo: question })
    },
    gives: async (file) => void person.attaches(file, { replyTo: await asked() }),
    screen: () =>
      messages()
        .filter(({ own }) => own)
        .map(({ id, ref, text, buttons, history, marked }) => ({
          ref,
          order: id,
          text,
          buttons,
          edits: history.length - 1,
          // A name with an @ becomes a link in whoever's message; only these are the bot's own doing.
          calls: marked('text_mention'),
        })),
  }
}
