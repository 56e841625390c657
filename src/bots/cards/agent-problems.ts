import { z } from 'zod'
import type { Words } from '../words.ts'
import { oneLine, plain } from './plain.ts'

/** What `parseAgentConfig` lists, read leniently: rows outlive the programs that wrote them. */
const problems = z.array(
  z.object({
    path: z.string(),
    text: z.object({ key: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }),
    example: z.string(),
  }),
)

/** Everything that is wrong with a config: where, what, an example. Markdown. */
export const problemsMarkdown = ({ t }: Pick<Words, 't'>, json: string, total: number): string => {
  const list = read(json)
  const left = total - list.length
  return [
    ...list.map(({ path, text, example }) => {
      const args = Object.fromEntries(
        Object.entries(text.args).map(([name, value]) => [
          name,
          typeof value === 'string' ? plain(value) : value,
        ]),
      )
      return `- ${t('config-problem', { path: code(path), problem: t(text.key, args), example: code(example) })}`
    }),
    ...(left > 0 ? [`- ${t('config-problems-more', { count: left })}`] : []),
  ].join('\n')
}

const read = (json: string): z.infer<typeof problems> => {
  try {
    return problems.parse(JSON.parse(json))
  } catch {
    return []
  }
}

/** As code, whatever stands in it. */
const code = (text: string): string => {
  const shown = oneLine(text)
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}
