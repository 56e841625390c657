/** Steps that people count in. */
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
export const SCALE_STEPS = 4

/** The top of a scale from 0 in `SCALE_STEPS` round steps that holds `max`. */
export const niceTop = (max: number): number => {
  if (!(max > 0)) return 1
  const step = max / SCALE_STEPS
  const magnitude = 10 ** Math.floor(Math.log10(step))
  const nice = STEPS.find((one) => one * magnitude >= step * (1 - 1e-9)) ?? 10
  return nice * magnitude * SCALE_STEPS
}
