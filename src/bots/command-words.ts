import type { Card, Outgoing } from './chat.ts'
import { COMMANDS } from './commands/index.ts'

/** Not a part of an address, nor of an interface such as `GET /status`. */
const COMMAND = new RegExp(
  String.raw`(?<![\p{L}\p{N}_./:~-]|\b(?:GET|PUT|POST|HEAD|PATCH|DELETE) )/(?=(?:${COMMANDS.map(({ name }) => name).join('|')})(?![\p{L}\p{N}_/-]|\.\p{L}))`,
  'gu',
)

/**
 * Where commands follow a word of their own (`/prorab status` in Slack) everything the bot says must name them so:
 * a bare `/status` is not taken there.
 *
 * @param word e.g. `prorab`; undefined leaves the message as it is.
 */
export const withCommandWord = (message: Outgoing, word: string | undefined): Outgoing => {
  if (word === undefined) return message
  const said = <T extends string | undefined>(text: T) => text?.replace(COMMAND, `/${word} `) as T
  const { markdown, card, file, ask } = message
  return {
    ...(markdown !== undefined && { markdown: said(markdown) }),
    ...(card && { card: inCard(card, said) }),
    ...(file && { file: { ...file, caption: said(file.caption) } }),
    ...(ask && { ask: { ...ask, prompt: said(ask.prompt), placeholder: said(ask.placeholder) } }),
  }
}

const inCard = (card: Card, said: <T extends string | undefined>(text: T) => T): Card => ({
  ...card,
  title: said(card.title),
  body: said(card.body),
  fields: card.fields?.map(({ label, value }) => ({ label, value: said(value) })),
  footer: said(card.footer),
})
