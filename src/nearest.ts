/** More typing mistakes than this, and it was another word. */
const MISTAKES_MAX = 2

/**
 * The candidate that somebody may have meant. Undefined when none is near.
 * @param max how many letters may be wrong: added, left out, changed or swapped.
 */
export const nearest = (
  word: string,
  candidates: readonly string[],
  max = MISTAKES_MAX,
): string | undefined => {
  const wanted = word.toLowerCase()
  const ranked = candidates
    .map((candidate) => ({ candidate, mistakes: mistakesBetween(wanted, candidate) }))
    .filter(
      ({ candidate, mistakes }) => mistakes <= Math.min(max, MISTAKES_MAX) && mistakes < candidate.length - 1,
    )
    .sort((a, b) => a.mistakes - b.mistakes)
  return ranked[0]?.candidate
}

/** Letters added, left out, changed or swapped with their neighbour (optimal string alignment). */
const mistakesBetween = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > MISTAKES_MAX) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
