import type { CheckFacts, CheckTarget } from '../../db/shapes/server.ts'
import type { Guard } from './guard.ts'

/** What a target that answered well told. */
export interface Outcome {
  facts: CheckFacts
  note?: string
}

export interface ProbeContext {
  guard: Guard
  signal: AbortSignal
  ca?: string
}

/** The target answered, and not well. */
export class Unwell extends Error {
  override readonly name = 'Unwell'
  readonly facts: CheckFacts
  constructor(reason: string, facts: CheckFacts = {}) {
    super(reason)
    this.facts = facts
  }
}

/** @throws Unwell for a check that does not say where. */
export const endpointOf = ({ host, port }: CheckTarget): { host: string; port: number } => {
  if (!host || port === undefined) throw new Unwell('the check names no address')
  return { host, port }
}
