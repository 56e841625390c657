/**
 * The same value, fit for a `jsonb` column: Postgres refuses NUL characters and halves of surrogate pairs, and a
 * streamed text may end in the middle of one.
 */
export const storable = <T>(value: T): T => clean(value) as T

const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map(clean)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
}
