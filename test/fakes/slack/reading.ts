import type { Message } from './workspace.ts'

/** A message as a person sees it in Slack: formatting applied, mentions and links found. */
export interface Reading {
  text: string
  mentions: string[]
  links: string[]
  buttons: SeenButton[]
}

export interface SeenButton {
  label: string
  actionId: string
  value: string
  blockId: string
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

export const readMessage = ({ text, blocks, files }: Pick<Message, 'text' | 'blocks' | 'files'>): Reading => {
  const reading: Reading = { text: '', mentions: [], links: [], buttons: [] }
  // Slack reads no markup in the title of a file.
  if (files) return { ...reading, text: files.map(({ title }) => title).join('\n') }
  // Also the text that only notifications show can call people.
  const fallback = mrkdwn({ text, verbatim: true }, reading)
  const lines = blocks.map((block, index) => readBlock(block, index, reading))
  reading.text = blocks.length > 0 ? lines.filter((line) => line !== undefined).join('\n') : fallback
  return reading
}

const readBlock = (block: Json, index: number, reading: Reading): string | undefined => {
  switch (block.type) {
    case 'header':
      return readText(block.text, reading)
    case 'section':
      return [block.text, ...objects(block.fields)]
        .filter((one) => one !== undefined)
        .map((one) => readText(one, reading))
        .join('\n')
    case 'context':
      return objects(block.elements)
        .map((one) => readText(one, reading))
        .join(' ')
    case 'markdown':
      return String(block.text)
    case 'rich_text':
      return objects(block.elements)
        .map((element) => richText(element, reading))
        .join('\n')
    case 'actions':
      for (const button of objects(block.elements))
        reading.buttons.push({
          label: isObject(button.text) ? String(button.text.text) : '',
          actionId: String(button.action_id),
          value: String(button.value ?? ''),
          blockId: String(block.block_id ?? `b${index}`),
        })
      return undefined
    default:
      return undefined
  }
}

const readText = (value: unknown, reading: Reading): string => {
  if (!isObject(value)) return ''
  return value.type === 'mrkdwn' ? mrkdwn(value, reading) : String(value.text)
}

/** What Slack makes of its own markup; without `verbatim` also of plain names and addresses. */
const mrkdwn = ({ text, verbatim }: { text?: unknown; verbatim?: unknown }, reading: Reading): string => {
  const source = String(text ?? '')
  if (verbatim !== true) {
    reading.mentions.push(...(source.match(/@(channel|here|everyone)\b/g) ?? []))
    reading.links.push(...(source.match(/https?:\/\/\S+/g) ?? []))
  }
  return source
    .replace(/<([^<>]+)>/g, (_, inside: string) => {
      const [target = '', label] = inside.split('|')
      if (/^[@#!]/.test(target)) reading.mentions.push(target)
      else reading.links.push(target)
      return label ?? target
    })
    .replace(/[*_~`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

const richText = (element: Json, reading: Reading): string => {
  if (element.type === 'rich_text_list')
    return objects(element.elements)
      .map((item) => `${'  '.repeat(Number(element.indent ?? 0))}• ${richText(item, reading)}`)
      .join('\n')
  return objects(element.elements)
    .map((part) => {
      if (part.type === 'link') {
        reading.links.push(String(part.url))
        return String(part.text ?? part.url)
      }
      if (part.type === 'text') return String(part.text)
      if (part.type !== 'emoji') reading.mentions.push(JSON.stringify(part))
      return ''
    })
    .join('')
}
