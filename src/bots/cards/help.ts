import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { usageIn } from './usage.ts'

/** A command as help shows it. `usage` and `example` are the same in every language. */
export interface CommandHelp {
  name: string
  family: string
  usage: string
  example: string
}

/** All that the reader may say, by family. */
export const helpCard = (words: Words, commands: CommandHelp[]): Card => ({
  title: words.t('help-title'),
  tone: 'neutral',
  body: [
    words.t('help-intro'),
    ...[...new Set(commands.map(({ family }) => family))].map((family) => {
      const lines = commands
        .filter((command) => command.family === family)
        .map(({ name, usage }) => `- \`${usageIn(words, usage)}\` — ${words.t(`command-${name}`)}`)
      return `**${words.t(`family-${family}`)}**\n\n${lines.join('\n')}`
    }),
  ].join('\n\n'),
  footer: words.t('help-footer'),
})

/** One command: how to say it, and an example. */
export const commandHelpCard = (words: Words, { name, usage, example }: CommandHelp): Card => ({
  title: `/${name}`,
  tone: 'neutral',
  body: `${words.t(`command-${name}`)}\n\n${words.t('usage', { usage: usageIn(words, usage), example })}`,
})
