import type { ListedServer } from '../../domain/servers/inventory.ts'

/** Variables of Ansible, as written. */
export type Vars = Record<string, unknown>

/** A group of an inventory: its hosts with their own variables, its variables, and the groups within. */
export interface Group {
  hosts: Map<string, Vars>
  vars: Vars
  children: Set<string>
}

export const emptyGroup = (): Group => ({ hosts: new Map(), vars: {}, children: new Set() })

/** Where every host stands that is in no group of its own, and what all of them inherit. */
export const ALL = 'all'
const UNGROUPED = 'ungrouped'

/**
 * The servers of an inventory, by name, each with the variables that Ansible would give it: a host's own before its
 * group's, a group's before those of the groups around it. This machine itself (`ansible_connection=local`) is none.
 */
export const serversOf = (groups: ReadonlyMap<string, Group>): ListedServer[] => {
  const order = byDepth(groups)
  const found = new Map<string, { vars: Vars; own: Vars; groups: string[] }>()
  for (const name of order) {
    const group = groups.get(name)
    if (!group) continue
    for (const host of hostsWithin(name, groups)) {
      const known = found.get(host) ?? { vars: {}, own: {}, groups: [] }
      Object.assign(known.vars, group.vars)
      Object.assign(known.own, group.hosts.get(host))
      if (name !== ALL && name !== UNGROUPED) known.groups.push(name)
      found.set(host, known)
    }
  }
  return [...found]
    .map(([host, { vars, own, groups: of }]) => ({ host, vars: { ...vars, ...own }, of }))
    .filter(({ vars }) => vars.ansible_connection !== 'local')
    .map(({ host, vars, of }) => listed(host, vars, of))
}

const listed = (host: string, vars: Vars, groups: string[]): ListedServer => {
  const port = Number(vars.ansible_port ?? vars.ansible_ssh_port)
  const user = vars.ansible_user ?? vars.ansible_ssh_user
  return {
    externalId: host,
    name: host,
    address: String(vars.ansible_host ?? vars.ansible_ssh_host ?? host),
    ...(Number.isInteger(port) && port > 0 && port < 65_536 && { sshPort: port }),
    ...(user !== undefined && { sshUser: String(user) }),
    facts: groups.length > 0 ? { groups: groups.toSorted().join(', ') } : {},
  }
}

/** Parents before their children, so that what is nearer to a host is applied later. */
const byDepth = (groups: ReadonlyMap<string, Group>): string[] => {
  const depths = new Map<string, number>()
  const visit = (name: string, depth: number, above: readonly string[]) => {
    if (above.includes(name) || depth <= (depths.get(name) ?? -1)) return
    depths.set(name, depth)
    for (const child of groups.get(name)?.children ?? []) visit(child, depth + 1, [...above, name])
  }
  for (const name of groups.keys()) visit(name, name === ALL ? 0 : 1, [])
  return [...depths].toSorted(([a, x], [b, y]) => x - y || a.localeCompare(b)).map(([name]) => name)
}

/** The hosts of a group and of those within it; of `all` every host there is. */
const hostsWithin = (name: string, groups: ReadonlyMap<string, Group>): Set<string> => {
  if (name === ALL) return new Set([...groups.values()].flatMap(({ hosts }) => [...hosts.keys()]))
  const seen = new Set<string>()
  const hosts = new Set<string>()
  const visit = (one: string) => {
    const group = groups.get(one)
    if (!group || seen.has(one)) return
    seen.add(one)
    for (const host of group.hosts.keys()) hosts.add(host)
    for (const child of group.children) visit(child)
  }
  visit(name)
  return hosts
}
