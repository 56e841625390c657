import type { Sent } from './flood.ts'

/** Answers of one conversation that came again, by the kill they came after. */
export interface Outcome {
  lost: number
  repeated: number
  /** The most repeated answers that one kill cost one conversation. */
  worst: number
}

/** @param killedAt when the program was killed, in order. */
export const outcomeOf = (sent: readonly Sent[], killedAt: readonly number[] = []): Outcome => {
  const perKill = new Map<string, number>()
  for (const { answers, chat } of sent)
    for (const again of answers.slice(1)) {
      const key = `${chat} ${killedAt.filter((at) => at < again).length}`
      perKill.set(key, (perKill.get(key) ?? 0) + 1)
    }
  const counts = [...perKill.values()]
  return {
    lost: sent.filter(({ answers }) => answers.length === 0).length,
    repeated: counts.reduce((sum, count) => sum + count, 0),
    worst: Math.max(0, ...counts),
  }
}
