/** A calendar month in UTC, e.g. `2026-11`. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7)

/** From its first moment to the first of the next month. */
export const monthBounds = (month: string): { from: Date; to: Date } => {
  const from = new Date(`${month}-01T00:00:00Z`)
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1)) }
}
