import { expandHosts } from './host-range.ts'
import { emptyGroup, type Group, type Vars } from './host-vars.ts'

const SECTION = /^\[([^\]:]+)(?::(vars|children|hosts))?\]$/

/**
 * Reads the INI format of Ansible inventories.
 * @throws Error with the line that cannot be understood.
 */
export const parseIni = (text: string): Map<string, Group> => {
  const groups = new Map<string, Group>()
  const groupOf = (name: string): Group => {
    const known = groups.get(name) ?? emptyGroup()
    groups.set(name, known)
    return known
  }
  let group = groupOf('ungrouped')
  let kind = 'hosts'
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = withoutComment(raw).trim()
    if (line === '') continue
    const section = SECTION.exec(line)
    try {
      if (section) {
        group = groupOf(section[1]?.trim() ?? '')
        kind = section[2] ?? 'hosts'
      } else if (line.startsWith('[')) throw new Error('this is no section')
      else if (kind === 'children') {
        groupOf(line)
        group.children.add(line)
      } else if (kind === 'vars') Object.assign(group.vars, assignment(line))
      else addHosts(group, line)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Error(`line ${index + 1}: ${why}`)
    }
  }
  return groups
}

const addHosts = (group: Group, line: string): void => {
  const [pattern = '', ...rest] = words(line)
  const vars = Object.assign({}, ...rest.map(assignment))
  for (const host of expandHosts(pattern)) group.hosts.set(host, { ...group.hosts.get(host), ...vars })
}

const assignment = (text: string): Vars => {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`“${text}” is not NAME=VALUE`)
  return { [text.slice(0, at).trim()]: unquoted(text.slice(at + 1).trim()) }
}

/** Words of a line; quotes keep what is in them together. */
const words = (line: string): string[] => line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/, '$2')

/** A line that begins with `#` or `;`, and what follows ` #`, are for people. */
const withoutComment = (line: string): string => (/^\s*[#;]/.test(line) ? '' : line.replace(/\s#.*$/, ''))
