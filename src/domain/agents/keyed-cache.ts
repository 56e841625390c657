import type { Clock } from '../../clock.ts'

export interface KeyedCache {
  /** The value of a key: remembered, being loaded, or loaded now. However many ask at once, one load answers all. */
  read<T>(key: string, load: () => Promise<T>): Promise<T>
  /** Forgets everything; a load under way still answers who waits for it, and is not remembered. */
  clear(): void
  /** From now on nothing is remembered. */
  stop(): void
}

interface Entry {
  value: Promise<unknown>
  loadedAt: number
}

/** More keys than this are somebody making them up: names that nobody has, for example. */
const KEYS_MAX = 10_000

/** Remembers what was loaded for `ttlMs` from the beginning of the load. A load that fails is not remembered. */
export const createKeyedCache = ({ clock, ttlMs }: { clock: Clock; ttlMs: number }): KeyedCache => {
  const entries = new Map<string, Entry>()
  let stopped = false
  const begin = (key: string, load: () => Promise<unknown>, now: number): Promise<unknown> => {
    const value = load().then(deepFreeze)
    if (stopped) return value
    if (entries.size >= KEYS_MAX) entries.clear()
    const entry = { value, loadedAt: now }
    entries.set(key, entry)
    value.catch(() => {
      if (entries.get(key) === entry) entries.delete(key)
    })
    return value
  }
  /** A clock that was set back makes nothing young again. */
  const isFresh = ({ loadedAt }: Entry, now: number) => now >= loadedAt && now - loadedAt < ttlMs
  return {
    read: (key, load) => {
      const now = clock.now().getTime()
      const entry = entries.get(key)
      const value = entry && isFresh(entry, now) ? entry.value : begin(key, load, now)
      return value as ReturnType<typeof load>
    },
    clear: () => entries.clear(),
    stop: () => {
      stopped = true
      entries.clear()
    },
  }
}

/** Everybody gets the same object: a change to it would be everybody's. */
const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Date)
    return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
