import { isConnectionLost } from '../db/connection-lost.ts'

/** A step of a chain went wrong, and everything that was done with it was undone. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
  readonly occasion: string

  constructor(occasion: string, cause: unknown) {
    super(`the step ${occasion} failed`, { cause })
    this.occasion = occasion
  }
}

/** What went wrong with steps that are to be left out, by occasion. */
export type LeftOut = Map<string, unknown>

/**
 * Does something again and again, each time without the steps that went wrong before: one wrong step must not keep
 * the others of its chain from being asked. What trying again later may cure is thrown.
 */
export const withoutWrongSteps = async <T>(work: (leftOut: LeftOut) => Promise<T>): Promise<T> => {
  const leftOut: LeftOut = new Map()
  for (;;)
    try {
      return await work(leftOut)
    } catch (error) {
      if (!(error instanceof StepFailed) || leftOut.has(error.occasion) || isPassing(error.cause)) throw error
      leftOut.set(error.occasion, error.cause)
    }
}

/** SQLSTATE class 40: deadlocks, and transactions that could not be put into an order. */
const isPassing = (error: unknown): boolean => {
  if (isConnectionLost(error)) return true
  if (!(error instanceof Error)) return false
  return ('code' in error && String(error.code).startsWith('40')) || isPassing(error.cause)
}
