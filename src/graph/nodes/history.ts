import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages'

/** What a model is given to read of earlier rounds: about 100,000 tokens, which every current model has room for. */
const HISTORY_CHARS = 400_000
/** Long texts of rounds beyond that are cut to this. */
const OLD_TEXT_CHARS = 400

/** A conversation as an endpoint accepts it and a model has room for it. */
export const readableHistory = (messages: BaseMessage[]): BaseMessage[] =>
  withinRoom(withoutLooseEnds(messages))

/**
 * A turn that was stopped between a call and its results leaves the call open, and an answer may have been empty;
 * endpoints refuse histories with either. Of such an answer only its words are kept.
 */
const withoutLooseEnds = (messages: BaseMessage[]): BaseMessage[] =>
  messages.flatMap((message, index) => {
    if (ToolMessage.isInstance(message)) return []
    if (!AIMessage.isInstance(message)) return [message]
    const results = resultsAfter(messages, index)
    const calls = message.tool_calls ?? []
    if (calls.length > 0 && calls.every(({ id }) => results.has(id ?? '')))
      return [message, ...calls.flatMap(({ id }) => results.get(id ?? '') ?? [])]
    return message.text.trim() === '' ? [] : [calls.length === 0 ? message : new AIMessage(message.text)]
  })

/** The results that stand right behind an answer, by the id of their call. */
const resultsAfter = (messages: BaseMessage[], index: number): Map<string, ToolMessage> => {
  const rest = messages.slice(index + 1)
  const end = rest.findIndex((message) => !ToolMessage.isInstance(message))
  const results = (end < 0 ? rest : rest.slice(0, end)).filter((one) => ToolMessage.isInstance(one))
  return new Map(results.map((one) => [one.tool_call_id, one]))
}

/** From the newest back: once the room is used up, what tools were given and said before is only hinted at. */
const withinRoom = (messages: BaseMessage[]): BaseMessage[] => {
  let left = HISTORY_CHARS
  return messages
    .toReversed()
    .map((message) => {
      left -= sizeOf(message)
      return left >= 0 ? message : hintOf(message)
    })
    .reverse()
}

const sizeOf = (message: BaseMessage): number =>
  message.text.length + (AIMessage.isInstance(message) ? JSON.stringify(message.tool_calls ?? []).length : 0)

const hintOf = (message: BaseMessage): BaseMessage => {
  if (ToolMessage.isInstance(message))
    return new ToolMessage({
      tool_call_id: message.tool_call_id,
      name: message.name,
      content: shortened(message.text),
    })
  if (!AIMessage.isInstance(message) || !message.tool_calls?.length) return message
  return new AIMessage({
    content: message.text,
    tool_calls: message.tool_calls.map((call) => ({
      ...call,
      args: Object.fromEntries(
        Object.entries(call.args).map(([name, value]) => [
          name,
          typeof value === 'string' ? shortened(value) : value,
        ]),
      ),
    })),
  })
}

const shortened = (text: string): string =>
  text.length <= OLD_TEXT_CHARS
    ? text
    : `${text.slice(0, OLD_TEXT_CHARS)}\n[left out: ${text.length - OLD_TEXT_CHARS} more characters]`
