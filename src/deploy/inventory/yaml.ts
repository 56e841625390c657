import { parse } from 'yaml'
import { z } from 'zod'
import { expandHosts } from './host-range.ts'
import { emptyGroup, type Group } from './host-vars.ts'

const vars = z.record(z.string(), z.unknown())
const hosts = z.union([vars, z.string().transform((name) => ({ [name]: null }))])

interface RawGroup {
  hosts?: Record<string, unknown> | null | undefined
  vars?: Record<string, unknown> | null | undefined
  children?: Record<string, RawGroup | null> | null | undefined
}

const rawGroup: z.ZodType<RawGroup> = z.looseObject({
  hosts: hosts.nullish(),
  vars: vars.nullish(),
  get children() {
    return z.record(z.string(), rawGroup.nullable()).nullish()
  },
})
const inventory = z.record(z.string(), rawGroup.nullable())

/** An alias that stands for many others is an attack or an accident. */
const ALIASES_MAX = 100

/**
 * Reads the YAML format of Ansible inventories.
 * @throws Error with where it cannot be understood.
 */
export const parseYaml = (text: string): Map<string, Group> => {
  const parsed = inventory.safeParse(parse(text, { maxAliasCount: ALIASES_MAX }) ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`${issue?.path.join('.') || 'it'}: ${issue?.message}`)
  }
  const groups = new Map<string, Group>()
  for (const [name, group] of Object.entries(parsed.data)) add(groups, name, group)
  return groups
}

const add = (groups: Map<string, Group>, name: string, raw: RawGroup | null): void => {
  const group = groups.get(name) ?? emptyGroup()
  groups.set(name, group)
  Object.assign(group.vars, raw?.vars)
  for (const [pattern, own] of Object.entries(raw?.hosts ?? {}))
    for (const host of expandHosts(pattern))
      group.hosts.set(host, { ...group.hosts.get(host), ...asVars(own) })
  for (const [child, within] of Object.entries(raw?.children ?? {})) {
    group.children.add(child)
    add(groups, child, within)
  }
}

const asVars = (value: unknown): Record<string, unknown> => vars.safeParse(value).data ?? {}
