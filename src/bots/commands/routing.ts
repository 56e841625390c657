import type { Command } from './command.ts'
import { ask } from './routing-ask.ts'
import { decisions, why } from './routing-decisions.ts'
import { worker, workers } from './routing-workers.ts'

/** Asking agents, and seeing which worker did what and why. */
export const routingCommands: readonly Command[] = [ask, why, decisions, workers, worker]
