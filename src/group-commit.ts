/** Enough for a lookup not to wait for the end of the one before it, few enough to leave connections to others. */
export const LOOKUPS_AT_ONCE = 2

/** What callers of `add` share: one statement for everything that came while the last one was under way. */
export interface GroupCommit<T, R> {
  /** Resolves with the result of this item; rejects with the error of its batch. */
  add(item: T): Promise<R>
}

interface Waiting<T, R> {
  item: T
  resolve: (result: R) => void
  reject: (error: unknown) => void
}

export interface GroupCommitOptions<T> {
  /** Upper bound of a batch. */
  maxItems?: number
  /** How many batches may be under way. One, the default, keeps the order; lookups need none. */
  atOnce?: number
  /** Items of the same key keep their order, however many batches are under way. */
  orderBy?: (item: T) => string
}

/**
 * Collects single writes or lookups into batches. A lone item waits for nothing but the end of the event loop's
 * turn; under load a batch grows by itself while those before it are under way.
 *
 * @param commit must return one result per item, in order. When a batch of several fails, each of its items is
 *   tried once alone, so that one bad item cannot take the others with it.
 */
export const createGroupCommit = <T, R>(
  commit: (items: T[]) => Promise<R[]>,
  { maxItems = 500, atOnce = 1, orderBy }: GroupCommitOptions<T> = {},
): GroupCommit<T, R> => {
  let waiting: Waiting<T, R>[] = []
  let running = 0
  let scheduled = false
  const underWay = new Set<string>()

  /** The next batch; what must keep behind something that is under way goes on waiting. */
  const take = (): Waiting<T, R>[] => {
    const batch: Waiting<T, R>[] = []
    const rest: Waiting<T, R>[] = []
    for (const one of waiting) {
      const free = batch.length < maxItems && !(orderBy && underWay.has(orderBy(one.item)))
      ;(free ? batch : rest).push(one)
    }
    waiting = rest
    return batch
  }

  const settle = async (batch: Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await commit(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R)
    } catch (error) {
      if (batch.length > 1) await Promise.all(batch.map((one) => settle([one])))
      else batch[0]?.reject(error)
    }
  }

  const run = async () => {
    scheduled = false
    running += 1
    for (let batch = take(); batch.length > 0; batch = take()) {
      const keys = orderBy ? batch.map(({ item }) => orderBy(item)) : []
      for (const key of keys) underWay.add(key)
      await settle(batch)
      for (const key of keys) underWay.delete(key)
    }
    running -= 1
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (scheduled || running >= atOnce) return
        scheduled = true
        setImmediate(run)
      }),
  }
}
