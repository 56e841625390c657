/**
 * What Slack refuses of a message or a view, with its own words. Returns the problems; none means that Slack takes
 * it. Sources: docs.slack.dev/reference/block-kit.
 */
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const blockProblems = (blocks: unknown): string[] => {
  if (!Array.isArray(blocks)) return ['must be an array [json-pointer:/blocks]']
  const problems: string[] = []
  const say = (problem: string, pointer: string) => problems.push(`${problem} [json-pointer:${pointer}]`)
  if (blocks.length > 50) say('no more than 50 items allowed', '/blocks')
  const actionIds = new Set<string>()
  const blockIds = new Set<string>()
  let markdownChars = 0

  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`
    if (!isObject(block)) {
      say('must be an object', at)
      continue
    }
    if (typeof block.block_id === 'string') {
      if (block.block_id.length > 255) say('must be less than 256 characters', `${at}/block_id`)
      if (blockIds.has(block.block_id)) say('block_id already exists', `${at}/block_id`)
      blockIds.add(block.block_id)
    }
    switch (block.type) {
      case 'header':
        text(block.text, ['plain_text'], 150, `${at}/text`, say)
        break
      case 'section':
        if (block.text === undefined && block.fields === undefined) say('must have text or fields', at)
        if (block.text !== undefined) text(block.text, ['plain_text', 'mrkdwn'], 3000, `${at}/text`, say)
        if (list(block.fields).length > 10) say('no more than 10 items allowed', `${at}/fields`)
        for (const [i, field] of list(block.fields).entries())
          text(field, ['plain_text', 'mrkdwn'], 2000, `${at}/fields/${i}`, say)
        break
      case 'context':
        if (list(block.elements).length === 0) say('must have elements', `${at}/elements`)
        if (list(block.elements).length > 10) say('no more than 10 items allowed', `${at}/elements`)
        for (const [i, element] of list(block.elements).entries())
          text(element, ['plain_text', 'mrkdwn'], 3000, `${at}/elements/${i}`, say)
        break
      case 'divider':
        break
      case 'markdown':
        if (typeof block.text !== 'string' || block.text === '')
          say('must be more than 0 characters', `${at}/text`)
        markdownChars += String(block.text).length
        break
      case 'rich_text':
        if (list(block.elements).length === 0) say('must have elements', `${at}/elements`)
        for (const [i, element] of list(block.elements).entries())
          richText(element, `${at}/elements/${i}`, say)
        break
      case 'actions':
        if (list(block.elements).length === 0) say('must have elements', `${at}/elements`)
        if (list(block.elements).length > 25) say('no more than 25 items allowed', `${at}/elements`)
        for (const [i, element] of list(block.elements).entries())
          button(element, `${at}/elements/${i}`, actionIds, say)
        break
      default:
        say(`unsupported type: ${String(block.type)}`, `${at}/type`)
    }
  }
  if (markdownChars > 12_000) say('must be less than 12001 characters', '/blocks')
  return problems
}

/** From about here on Slack answers `msg_blocks_too_long`, whatever the single limits say. */
export const MAX_BLOCKS_BYTES = 13_000

type Say = (problem: string, pointer: string) => void

const text = (value: unknown, types: string[], max: number, at: string, say: Say) => {
  if (!isObject(value) || typeof value.text !== 'string') return say('missing required field: text', at)
  if (!types.includes(String(value.type))) say(`must be a ${types.join(' or ')}`, `${at}/type`)
  if (value.type === 'mrkdwn' && value.emoji !== undefined) say('additional property: emoji', at)
  if (value.type === 'plain_text' && value.verbatim !== undefined) say('additional property: verbatim', at)
  if (value.text.length < 1) say('must be more than 0 characters', `${at}/text`)
  if (value.text.length > max) say(`must be less than ${max + 1} characters`, `${at}/text`)
}

const button = (value: unknown, at: string, actionIds: Set<string>, say: Say) => {
  if (!isObject(value) || value.type !== 'button') return say('unsupported element', at)
  text(value.text, ['plain_text'], 75, `${at}/text`, say)
  const id = value.action_id
  if (typeof id !== 'string' || id === '') say('missing required field: action_id', at)
  else {
    if (id.length > 255) say('must be less than 256 characters', `${at}/action_id`)
    if (actionIds.has(id)) say('action_id already exists', `${at}/action_id`)
    actionIds.add(id)
  }
  if (value.value !== undefined && String(value.value).length > 2000)
    say('must be less than 2001 characters', `${at}/value`)
  if (value.style !== undefined && value.style !== 'primary' && value.style !== 'danger')
    say('must be primary or danger', `${at}/style`)
}

const richText = (value: unknown, at: string, say: Say) => {
  if (!isObject(value)) return say('must be an object', at)
  const elements = list(value.elements)
  if (elements.length === 0) say('must have elements', `${at}/elements`)
  switch (value.type) {
    case 'rich_text_list':
      if (value.style !== 'bullet' && value.style !== 'ordered')
        say('must be bullet or ordered', `${at}/style`)
      if (Number(value.indent ?? 0) > 8) say('must be at most 8', `${at}/indent`)
      for (const [i, item] of elements.entries()) {
        if (!isObject(item) || item.type !== 'rich_text_section')
          say('must be a section', `${at}/elements/${i}`)
        richText(item, `${at}/elements/${i}`, say)
      }
      break
    case 'rich_text_section':
    case 'rich_text_quote':
      for (const [i, element] of elements.entries()) richElement(element, `${at}/elements/${i}`, say)
      break
    case 'rich_text_preformatted':
      for (const [i, element] of elements.entries()) {
        if (isObject(element) && element.type !== 'text' && element.type !== 'link')
          say('unsupported element', `${at}/elements/${i}`)
        richElement(element, `${at}/elements/${i}`, say)
      }
      break
    default:
      say(`unsupported type: ${String(value.type)}`, `${at}/type`)
  }
}

const RICH_ELEMENTS = ['text', 'link', 'emoji', 'user', 'channel', 'usergroup', 'broadcast']

const richElement = (value: unknown, at: string, say: Say) => {
  if (!isObject(value)) return say('must be an object', at)
  if (!RICH_ELEMENTS.includes(String(value.type)))
    return say(`unsupported type: ${String(value.type)}`, `${at}/type`)
  if (value.type === 'text' && (typeof value.text !== 'string' || value.text === ''))
    say('must be more than 0 characters', `${at}/text`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.test(String(value.text ?? '')))
    say('invalid characters', `${at}/text`)
  if (value.type === 'user' && !/^[UW][A-Z0-9]+$/.test(String(value.user_id)))
    say('must be the id of a user', `${at}/user_id`)
  if (value.type !== 'link') return
  if (typeof value.url !== 'string' || !URL.canParse(value.url)) say('must be a valid URL', `${at}/url`)
  else if (value.url.length > 3000) say('must be less than 3001 characters', `${at}/url`)
}

/** A modal with one kind of block: inputs of plain text. */
export const viewProblems = (view: unknown): string[] => {
  const problems: string[] = []
  const say: Say = (problem, pointer) => problems.push(`${problem} [json-pointer:${pointer}]`)
  if (!isObject(view) || view.type !== 'modal') return ['unsupported type [json-pointer:/view/type]']
  text(view.title, ['plain_text'], 24, '/view/title', say)
  if (view.submit !== undefined) text(view.submit, ['plain_text'], 24, '/view/submit', say)
  if (view.close !== undefined) text(view.close, ['plain_text'], 24, '/view/close', say)
  if (String(view.callback_id ?? '').length > 255)
    say('must be less than 256 characters', '/view/callback_id')
  if (String(view.private_metadata ?? '').length > 3000)
    say('must be less than 3001 characters', '/view/private_metadata')
  const blocks = list(view.blocks)
  if (blocks.length === 0) say('must have blocks', '/view/blocks')
  if (blocks.length > 100) say('no more than 100 items allowed', '/view/blocks')
  for (const [index, block] of blocks.entries()) {
    const at = `/view/blocks/${index}`
    if (isObject(block) && block.type === 'section') {
      text(block.text, ['plain_text', 'mrkdwn'], 3000, `${at}/text`, say)
      continue
    }
    if (!isObject(block) || block.type !== 'input' || !isObject(block.element)) {
      say('unsupported block', at)
      continue
    }
    text(block.label, ['plain_text'], 2000, `${at}/label`, say)
    if (block.element.type === 'file_input') {
      const files = Number(block.element.max_files ?? 10)
      if (!(files >= 1 && files <= 10)) say('must be 1 to 10', `${at}/element/max_files`)
      continue
    }
    if (block.element.type !== 'plain_text_input') say('unsupported element', `${at}/element`)
    if (String(block.element.initial_value ?? '').length > Number(block.element.max_length ?? 3000))
      say('must be at most max_length', `${at}/element/initial_value`)
    if (block.element.placeholder !== undefined)
      text(block.element.placeholder, ['plain_text'], 150, `${at}/element/placeholder`, say)
    if (Number(block.element.max_length ?? 0) > 3000) say('must be at most 3000', `${at}/element/max_length`)
  }
  if (blocks.some((block) => isObject(block) && block.type === 'input') && view.submit === undefined)
    say('missing required field: submit', '/view/submit')
  return problems
}
