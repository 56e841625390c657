/** A piece this full is full enough: looking for the last word costs more than it gives. */
const FULL_ENOUGH = 0.95
/** Interpolation finds even text at once; after this many misses, halving is safer. */
const INTERPOLATIONS = 4

export interface Sequence {
  /** Running totals of a rough size: `totals[n]` is that of the first n things, `totals[0]` is 0. */
  totals: number[]
  /** The true size of things from..to (exclusive). Expensive: asked as seldom as possible. */
  size: (from: number, to: number) => number
}

/** @returns the largest `to` such that things from..to (exclusive) fit; `from` when not even one does. */
export const furthestFit = ({ totals, size }: Sequence, from: number, limit: number): number => {
  const base = totals[from] ?? 0
  let fits = from
  let tooMuch = totals.length
  let guess = indexOfTotal(totals, from, base + limit)
  for (let step = 0; tooMuch - fits > 1; step += 1) {
    const to = Math.min(Math.max(guess, fits + 1), tooMuch - 1)
    const actual = size(from, to)
    if (actual > limit) tooMuch = to
    else fits = to
    if (actual <= limit && actual >= FULL_ENOUGH * limit) break
    const roughPerUnit = ((totals[to] ?? 0) - base) / Math.max(actual, 1)
    guess =
      step < INTERPOLATIONS
        ? indexOfTotal(totals, from, base + limit * roughPerUnit * (1 + FULL_ENOUGH) * 0.5)
        : (fits + tooMuch) >> 1
  }
  return fits
}

export const runningTotals = (sizes: number[]): number[] => {
  const totals = [0]
  for (const size of sizes) totals.push((totals.at(-1) ?? 0) + size)
  return totals
}

/** The last index after `from` whose total is at most `total`. */
const indexOfTotal = (totals: number[], from: number, total: number): number => {
  let low = from
  let high = totals.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((totals[middle] ?? 0) <= total) low = middle
    else high = middle - 1
  }
  return low
}
