import type { Database } from '../../../src/db/client.ts'

type AsyncMethods = Record<string, (...args: never[]) => unknown>

/** One life of a program whose every effect is counted, and which ends at one of them. */
export interface Life {
  /** The same part, but each call of these methods is a step when it begins and another when it has its result. */
  part<T extends object>(name: string, part: T, methods: readonly (keyof T & string)[]): T
  /** The same database, but each transaction is two steps and each statement outside of one is a step. */
  database(db: Database): Database
  /** Resolves with the step it died at. */
  died: Promise<string>
  /** What it did until then. */
  steps: string[]
}

/** Never answers, whatever is asked of it: what a dead process hears of the world. */
const silence: object = new Proxy(() => {}, {
  get: (_, key) => (key === 'then' ? () => {} : silence),
  apply: () => silence,
})

/**
 * @param lastStep the step at which it dies; it counts from 1.
 * @param strike done at the last step instead of dying.
 */
export const createLife = (lastStep: number, strike?: () => Promise<unknown>): Life => {
  const steps: string[] = []
  const death = Promise.withResolvers<string>()
  const isDead = () => !strike && steps.length >= lastStep

  /** @returns false when the process died before it could go on. */
  const step = (name: string): boolean => {
    if (isDead()) return false
    steps.push(name)
    if (isDead()) death.resolve(name)
    return !isDead()
  }
  const struck = async () => {
    if (steps.length === lastStep) await strike?.()
  }

  const counted = (name: string, work: () => unknown): unknown => {
    if (!step(`before ${name}`)) return silence
    const result = struck().then(work)
    return result.then((value) => (step(`after ${name}`) ? struck().then(() => value) : silence))
  }

  const part: Life['part'] = (name, whole, methods) =>
    new Proxy(whole, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        if (!methods.some((method) => method === key)) return value.bind(target)
        return (...args: never[]) => {
          const method = (target as AsyncMethods)[key as string]
          return counted(`${name}.${String(key)}`, () => method?.apply(target, args))
        }
      },
    })

  return {
    part,
    database: (db) =>
      new Proxy(db, {
        get: (target, key) => {
          const value = Reflect.get(target, key, target)
          if (typeof value !== 'function') return isDead() ? silence : value
          return (...args: never[]) => {
            if (isDead()) return silence
            const call = () => (value as (...args: never[]) => unknown).apply(target, args)
            if (key === 'transaction') return counted('a transaction', call)
            if (key !== 'insert' && key !== 'update' && key !== 'delete') return call()
            return step(`before ${String(key)}`) ? call() : silence
          }
        },
      }),
    died: death.promise,
    steps,
  }
}
