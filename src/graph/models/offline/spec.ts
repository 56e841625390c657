import { z } from 'zod'

/** The services the offline model can write. `json-service` stands for every named thing with fields. */
export const SERVICE_KINDS = [
  'url-shortener',
  'todo',
  'notes',
  'guestbook',
  'status-page',
  'webhook-catcher',
  'json-service',
] as const
export type ServiceKind = (typeof SERVICE_KINDS)[number]

export const FEATURES = [
  'statistics',
  'custom-slugs',
  'expiry',
  'link-removal',
  'due-dates',
  'priorities',
  'tags',
  'search',
  'pinning',
  'archive',
  'moderation',
  'replies',
  'likes',
  'pagination',
  'feed',
  'uptime-history',
  'response-rules',
  'retention',
  'csv-export',
  'owner-key',
] as const
export type Feature = (typeof FEATURES)[number]

/** A text a person reads, in both languages of prorab. */
export interface Text {
  en: string
  ru: string
}
export type Language = keyof Text

export const FIELD_TYPES = ['text', 'number', 'boolean', 'date'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** Lower-case names only: they become JSON keys, query parameters and form fields. */
export const FIELD_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
/** Would clash with what every record carries, or with what every JavaScript object inherits. */
export const RESERVED_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'created_at',
  'updated_at',
  'q',
  'page',
  'constructor',
  'prototype',
])
/** Kebab-case, starting with a letter; it becomes a folder, a branch and a host-name part. */
export const PROJECT_NAME = /^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const MAX_FIELDS = 12

const field = z.object({
  name: z
    .string()
    .max(30)
    .regex(FIELD_NAME)
    .refine((name) => !RESERVED_FIELDS.has(name)),
  type: z.enum(FIELD_TYPES),
})
export type Field = z.infer<typeof field>

const noun = z.string().max(30).regex(FIELD_NAME)
const resource = z.object({
  singular: noun,
  plural: noun,
  fields: z.array(field).min(1).max(MAX_FIELDS),
})
export type Resource = z.infer<typeof resource>

/** What a service is: enough to write all of it again. Kept in the repository as `prorab.json`. */
export const serviceSpec = z.object({
  kind: z.enum(SERVICE_KINDS),
  name: z.string().regex(PROJECT_NAME),
  title: z.string().min(1).max(80),
  features: z.array(z.enum(FEATURES)),
  /** Only for `json-service`, and always there. */
  resource: resource.optional(),
})
export type ServiceSpec = z.infer<typeof serviceSpec>

export const MANIFEST = 'prorab.json'

/** The spec in a repository's manifest; undefined when there is none that this version understands. */
export const readManifest = (text: string): ServiceSpec | undefined => {
  try {
    const parsed = serviceSpec.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
