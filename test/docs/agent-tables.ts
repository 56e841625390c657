import { z } from 'zod'
import { AGENT_ROLES, type AgentRole } from '../../src/db/shapes/agent.ts'
import { agentConfigs } from '../../src/domain/agents/config.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'

/** A field as JSON Schema says it; only the words that our validators use. */
interface Field {
  type?: string
  description?: string
  examples?: unknown[]
  default?: unknown
  enum?: string[]
  items?: Field
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  properties?: Record<string, Field>
  required?: string[]
}

const schemaOf = (role: AgentRole) => z.toJSONSchema(agentConfigs[role], { io: 'input' }) as Field

/** docs/agent-config.schema.json: one definition for each role, of which a config is exactly one. */
export const agentConfigSchema = (): string => {
  const definitions = AGENT_ROLES.map((role) => {
    const { $schema: _same, ...schema } = z.toJSONSchema(agentConfigs[role], { io: 'input' })
    return [role, schema]
  })
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The config of an agent',
    description: 'Which of these it is, its metadata.role says. Made from src/domain/agents/config.ts.',
    oneOf: AGENT_ROLES.map((role) => ({ $ref: `#/$defs/${role}` })),
    $defs: Object.fromEntries(definitions),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

type Row = string[]

/** What each role is there for, and which agents have it from the start. */
export const agentRolesRows = (): Row[] => {
  const { system, starterPack } = agentSeeds()
  const named = (seeds: typeof system, role: AgentRole) =>
    seeds.flatMap((seed) => (seed.role === role ? [seed.name] : [])).join(', ')
  return AGENT_ROLES.map((role) => [
    `\`${role}\``,
    schemaOf(role).description ?? '',
    named(system, role),
    named(starterPack, role),
  ])
}

/** Every field of a config, and which roles may have it. */
export const agentConfigRows = (): Row[] => {
  const { metadata, ...common } = schemaOf('custom').properties ?? {}
  const needed = (schema: Field | undefined, name: string) => schema?.required?.includes(name) ?? false
  return [
    ...Object.entries(common).map(([name, field]) => rowOf(name, field, needed(schemaOf('custom'), name))),
    ...Object.entries(metadata?.properties ?? {}).map(([name, field]) =>
      rowOf(`metadata.${name}`, field, needed(metadata, name)),
    ),
  ]
}

const rowOf = (path: string, field: Field, isNeeded: boolean): Row => [
  `\`${path}\``,
  field.description ?? '',
  path === 'metadata.role' ? 'one of the roles' : valuesOf(field),
  isNeeded
    ? 'must be given'
    : field.default === undefined
      ? 'may be absent'
      : `\`${JSON.stringify(field.default)}\``,
  rolesWith(path),
  `\`${JSON.stringify(field.examples?.[0])}\``,
]

const rolesWith = (path: string): string => {
  const roles = AGENT_ROLES.filter((role) => {
    const { metadata, ...common } = schemaOf(role).properties ?? {}
    return path in common || path.replace('metadata.', '') in (metadata?.properties ?? {})
  })
  return roles.length === AGENT_ROLES.length ? 'all' : roles.join(', ')
}

const valuesOf = ({ type, enum: choices, items, ...field }: Field): string => {
  if (choices) return choices.join(', ')
  if (type === 'array') return items?.enum ? 'a list of tools' : 'a list of texts'
  if (type === 'string')
    return field.maxLength ? `a text of up to ${count(field.maxLength)} characters` : 'a text'
  return `${type === 'integer' ? 'a whole number' : 'a number'} from ${field.minimum} to ${count(field.maximum)}`
}

const count = (value: number | undefined) => value?.toLocaleString('en') ?? 'any'
