import { randomInt } from 'node:crypto'
import {
  AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  type UsageMetadata,
} from '@langchain/core/messages'
import { AppError } from '../../errors.ts'

/** An answer longer than this is cut off at the source of memory, not by a platform's limits. */
const LONGEST_TEXT_CHARS = 200_000
/** Room for the largest file a tool writes, escaped as JSON. */
const LONGEST_CALLS_CHARS = 4_000_000
const MOST_CALLS = 32
/** Nine letters and digits: the one form of an id that every endpoint takes. */
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const ID_CHARS = 9

export interface GatheredAnswer {
  message: AIMessage
  /** US dollars, where the endpoint says what the call cost. */
  cost: number | undefined
}

interface CallParts {
  index: number | undefined
  id: string
  name: string
  args: string
}

/** Puts a streamed answer together, and judges whether it is whole. */
export const createGathering = () => {
  const calls: CallParts[] = []
  let text = ''
  let argsChars = 0
  let messageId: string | undefined
  let usage: UsageMetadata | undefined
  let cost: number | undefined
  let finish: string | undefined

  const addCall = (part: { index?: number; id?: string; name?: string; args?: string }) => {
    const open = part.index === undefined ? calls.at(-1) : calls.findLast(({ index }) => index === part.index)
    // Some endpoints give every parallel call the same index, or none; a new id or name begins a new call.
    const begins =
      !open ||
      (part.id ? open.id !== '' && part.id !== open.id : false) ||
      (part.index === undefined && part.name)
    const call = begins ? { index: part.index, id: '', name: '', args: '' } : open
    if (begins) calls.push(call)
    call.id ||= part.id ?? ''
    call.name += part.name ?? ''
    call.args += part.args ?? ''
    argsChars += part.args?.length ?? 0
  }

  return {
    get text() {
      return text
    },

    /** @returns false when there is no use in listening on. */
    add(chunk: AIMessageChunk): boolean {
      text += chunk.text
      for (const part of chunk.tool_call_chunks ?? []) addCall(part)
      const { finish_reason, usage: reported } = chunk.response_metadata as {
        finish_reason?: string
        usage?: { cost?: unknown }
      }
      messageId ??= chunk.id
      usage = chunk.usage_metadata ?? usage
      if (typeof reported?.cost === 'number') cost = reported.cost
      finish ??= finish_reason
      return (
        text.length <= LONGEST_TEXT_CHARS && argsChars <= LONGEST_CALLS_CHARS && calls.length <= MOST_CALLS
      )
    },

    /**
     * The whole answer. Calls whose arguments are not a JSON object stand among `tool_calls` with none, and among
     * `invalid_tool_calls` with the reason, so that each call can be answered by its id.
     *
     * @throws AppError model_failed, retryable: a stream that broke off; nothing at all, unless `maySayNothing`.
     */
    whole(history: readonly BaseMessage[], { maySayNothing = false } = {}): GatheredAnswer {
      const broken = argsChars > LONGEST_CALLS_CHARS || calls.length > MOST_CALLS
      const full = text.length > LONGEST_TEXT_CHARS
      // Endpoints that report usage do so at the very end.
      if (
        !full &&
        !broken &&
        finish === undefined &&
        usage === undefined &&
        (text !== '' || calls.length > 0)
      )
        throw failed('the answer of the model broke off')
      if (broken) throw failed('the model called tools without end')
      if (text.trim() === '' && calls.length === 0 && !maySayNothing)
        throw failed('the model answered nothing')

      const freeId = idGiver(history)
      const read = calls.map(({ id, name, args }) => ({
        id: freeId(id),
        name,
        raw: args,
        ...parse(args, finish),
      }))
      const cut = full || (finish === 'length' && calls.length === 0)
      const message = new AIMessage({
        content: cut ? `${text.slice(0, LONGEST_TEXT_CHARS).trimEnd()} …` : text,
        tool_calls: read.map(({ id, name, args }) => ({ type: 'tool_call', id, name, args: args ?? {} })),
        invalid_tool_calls: read.flatMap(({ id, name, raw, error }) =>
          error ? [{ type: 'invalid_tool_call' as const, id, name, args: raw.slice(0, 1_000), error }] : [],
        ),
        usage_metadata: usage,
        ...(messageId ? { id: messageId } : {}),
      })
      return { message, cost }
    },
  }
}

/** Strict: half a file that happens to be readable as JSON is not what the model meant to write. */
const parse = (
  raw: string,
  finish: string | undefined,
): { args?: Record<string, unknown>; error?: string } => {
  if (raw.trim() === '') return { args: {} }
  try {
    const args: unknown = JSON.parse(raw)
    if (typeof args === 'object' && args !== null && !Array.isArray(args))
      return { args: args as Record<string, unknown> }
    return { error: 'the arguments must be one JSON object' }
  } catch (error) {
    if (finish === 'length') return { error: 'your answer was cut off at its limit; do less at once' }
    return { error: `the arguments are not valid JSON (${(error as Error).message})` }
  }
}

/** Some endpoints give no ids, or the same ones again in every answer; results would go to the wrong call. */
const idGiver = (history: readonly BaseMessage[]) => {
  const taken = new Set(
    history
      .flatMap((one) => (one.getType() === 'ai' ? ((one as AIMessage).tool_calls ?? []) : []))
      .map(({ id }) => id),
  )
  return (wish: string): string => {
    const id = wish !== '' && !taken.has(wish) ? wish : newId()
    taken.add(id)
    return id
  }
}

const newId = () =>
  Array.from({ length: ID_CHARS }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('')

const failed = (what: string) => new AppError('model_failed', what, { retryable: true })
