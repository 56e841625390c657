import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import type { AgentRole } from '../../src/db/shapes/agent.ts'
import type { Models } from '../../src/graph/models/model.ts'
import { createOfflineModels } from '../../src/graph/models/offline.ts'

export interface HeldModels extends Models {
  /** From now on agents of this role do not answer, until released or stopped. */
  hold(role: AgentRole): void
  /** Lets everybody who waits go on. */
  release(role: AgentRole): void
  /** How many agents of this role wait. */
  waiting(role: AgentRole): number
}

/** The offline model, of which a test can stop one role in the middle of its work. */
export const createHeldModels = (): HeldModels => {
  const offline = createOfflineModels()
  const gates = new Map<AgentRole, PromiseWithResolvers<void>>()
  const waiting = new Map<AgentRole, number>()
  const count = (role: AgentRole, by: number) => waiting.set(role, (waiting.get(role) ?? 0) + by)

  const pass = async (role: AgentRole, signal: AbortSignal | undefined) => {
    const gate = gates.get(role)
    if (!gate) return
    count(role, 1)
    const stopped = Promise.withResolvers<never>()
    const stop = () => stopped.reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    try {
      signal?.throwIfAborted()
      await Promise.race([gate.promise, stopped.promise])
    } finally {
      signal?.removeEventListener('abort', stop)
      count(role, -1)
    }
  }

  const held = (model: BaseChatModel, role: AgentRole): BaseChatModel => {
    const gated: BaseChatModel = new Proxy(model, {
      get: (target, key, receiver) => {
        if (key === 'bindTools') return () => gated
        if (key !== 'stream') return Reflect.get(target, key, receiver)
        return async (...args: Parameters<BaseChatModel['stream']>) => {
          await pass(role, args[1]?.signal)
          return target.stream(...args)
        }
      },
    })
    return gated
  }

  return {
    ...offline,
    forAgent: (agent) => held(offline.forAgent(agent), agent.role),
    hold: (role) => {
      if (!gates.has(role)) gates.set(role, Promise.withResolvers())
    },
    release: (role) => {
      gates.get(role)?.resolve()
      gates.delete(role)
    },
    waiting: (role) => waiting.get(role) ?? 0,
  }
}
