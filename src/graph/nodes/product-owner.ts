import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages'
import type { PoDeps, PoSession } from '../session.ts'
import type { PoState } from '../state.ts'
import { askedQuestions } from '../tools/questions.ts'
import { chatTools } from '../tools/registry.ts'
import type { AgentStep } from './agent-step.ts'
import { callAgent, tooManyRounds, wantsTools } from './base.ts'
import { prepareAnswer } from './prepare-answer.ts'
import { withStopNotes } from './stopped-turns.ts'
import { tellIncidents } from './tell-incidents.ts'
import { runTools } from './tool-loop.ts'

/** More rounds of tools than any sensible turn needs. */
export const MAX_TOOL_ROUNDS = 8

/** The product owner answers, or asks for tools. One model call, so that its answer is checkpointed before any effect. */
export const productOwner = (deps: PoDeps) => async (state: PoState, session: PoSession) => {
  if (state.rounds >= MAX_TOOL_ROUNDS) throw tooManyRounds('product_owner', state.rounds)
  const step = stepOf(deps, state, session)
  const messages = await withStopNotes(deps.db, state.messages)
  const isFirst = state.rounds === 0
  const { briefing, budget } = (isFirst && session.prepared) || prepareAnswer(deps, session)
  const answer = await callAgent(deps, {
    ...step,
    messages,
    briefing: async () => {
      const { text, hasIncidents } = await briefing
      // Before the model is asked, so that it stands before the answer.
      if (isFirst && hasIncidents) await tellIncidents(deps, session)
      return text
    },
    budget,
    // Who speaks was looked up for this very turn.
    ...(isFirst && { person: session.person }),
  })
  return { messages: [answer] }
}

/** Runs the tools the product owner asked for. Questions to the person end the turn. */
export const productOwnerTools = (deps: PoDeps) => async (state: PoState, session: PoSession) => {
  await session.flushText()
  const call = state.messages.at(-1) as AIMessage
  const { messages, update } = await runTools(deps, stepOf(deps, state, session), call)
  const rounds = state.rounds + 1
  if (update.asked === undefined) return { messages, rounds }
  session.onText(joined([...saidBefore(state.messages), update.asked]))
  return { messages: [...messages, new AIMessage(update.asked)], rounds }
}

/** What both nodes go by: the one that calls the model, and the one that runs what the model asked for. */
const stepOf = (deps: PoDeps, state: PoState, session: PoSession): AgentStep<{ asked: string }> => ({
  role: 'product_owner',
  messages: state.messages,
  tools: chatTools(deps, session),
  onToolResult: askedQuestions,
  ids: { conversationId: session.conversationId, userId: session.person.id },
  workKey: session.turnId,
  signal: session.lease.signal,
  maySayNothing: isSaid(state.messages),
  onText: (soFar) => session.onText(joined([...saidBefore(state.messages), soFar])),
})

/** Tools after which something stands in the chat, whatever the product owner adds to it. */
const SHOWING_TOOLS = new Set([
  'create_project_intent',
  'get_project_status',
  'stop_service',
  'delete_project',
  'get_incident',
])

/** Whether a model that has nothing to add leaves the person with an answer all the same. */
const isSaid = (messages: BaseMessage[]): boolean =>
  messages.at(-1)?.getType() === 'tool' &&
  (turnText(messages) !== '' ||
    messages
      .slice(lastHumanIndex(messages))
      .some(
        (message) =>
          ToolMessage.isInstance(message) &&
          SHOWING_TOOLS.has(message.name ?? '') &&
          !message.text.startsWith('error:'),
      ))

const lastHumanIndex = (messages: BaseMessage[]): number =>
  messages.findLastIndex((message) => message.getType() === 'human')

/** Everything the product owner said since the person last spoke: words before a tool call are part of the answer. */
export const turnText = (messages: BaseMessage[]): string => joined(saidBefore(messages))

const saidBefore = (messages: BaseMessage[]): string[] =>
  messages
    .slice(lastHumanIndex(messages) + 1)
    .flatMap((message) => (message.getType() === 'ai' ? [message.text] : []))

const joined = (texts: string[]): string =>
  texts
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n\n')

export const wantsMore = (state: PoState): boolean => {
  const last = state.messages.at(-1)
  return last?.getType() === 'ai' && wantsTools(last as AIMessage)
}

export const hasAnswered = (state: PoState): boolean => state.messages.at(-1)?.getType() === 'ai'
