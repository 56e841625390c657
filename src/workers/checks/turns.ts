/** Lets so many at a time do something, in the order in which they came. */
export interface Turns {
  take<T>(work: () => Promise<T>): Promise<T>
}

export const createTurns = (atOnce: number): Turns => {
  const waiting: (() => void)[] = []
  let busy = 0
  return {
    take: async (work) => {
      if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else busy += 1
      try {
        return await work()
      } finally {
        // Whoever is next takes over the place.
        const next = waiting.shift()
        if (next) next()
        else busy -= 1
      }
    },
  }
}
