import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Everything written for people, by its path from the root. */
export const pages = (): { path: string; text: string }[] =>
  ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))

const BLOCK = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end of generated -->)/g

/** The names of a page's generated blocks. */
export const blocksOf = (text: string): string[] => [...text.matchAll(BLOCK)].map(([, , name = '']) => name)

/** The page with each generated block as the code has it now. @throws Error for a block that nobody makes. */
export const withFreshBlocks = (text: string, made: Record<string, string>): string =>
  text.replaceAll(BLOCK, (_block, opening: string, name: string, closing: string) => {
    const content = made[name]
    if (content === undefined) throw new Error(`nothing makes the block "${name}"`)
    return `${opening}\n${content}\n\n${closing}`
  })

const CODE_BLOCK = /^```[^\n]*\n([\s\S]*?)^```/gm
const CODE_SPAN = /`([^`\n]+)`/g

/** What stands in code blocks and in code spans: commands, paths and names. */
export const codeIn = (text: string): string[] => [
  ...[...text.matchAll(CODE_BLOCK)].flatMap(([, code = '']) => code.split('\n')),
  ...[...text.replaceAll(CODE_BLOCK, '').matchAll(CODE_SPAN)].map(([, code = '']) => code),
]

/** Links of a page to files here, as paths from the root, and to headings. */
export const linksOf = ({
  path,
  text,
}: {
  path: string
  text: string
}): { file: string; heading: string }[] =>
  [...text.replaceAll(CODE_BLOCK, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', heading = ''] = target.split('#')
      return { file: file ? relative(ROOT, join(ROOT, dirname(path), file)) : path, heading }
    })

/** The anchors that GitHub makes of the headings. */
export const anchorsOf = (text: string): string[] =>
  [...text.replaceAll(CODE_BLOCK, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
