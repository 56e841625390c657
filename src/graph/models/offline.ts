import { randomUUID } from 'node:crypto'
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager'
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages'
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs'
import type { AgentRole } from '../../db/shapes/agent.ts'
import type { Models } from './model.ts'
import type { OfflineAgent } from './offline/agents/answer.ts'
import { says } from './offline/agents/answer.ts'
import { offlineArchitect } from './offline/agents/architect.ts'
import { isAsked, offlineAnswerer } from './offline/agents/ask.ts'
import { offlineDeveloper } from './offline/agents/developer.ts'
import { offlineDevops } from './offline/agents/devops.ts'
import { offlineOrchestrator } from './offline/agents/orchestrator.ts'
import { offlineProductOwner } from './offline/agents/product-owner.ts'

const AGENTS: Partial<Record<AgentRole, OfflineAgent>> = {
  product_owner: offlineProductOwner,
  architect: offlineArchitect,
  code: offlineDeveloper,
  orchestrator: offlineOrchestrator,
  devops: offlineDevops,
}

/** The demo that needs no account: rules instead of a language model, behind the same interface, and it says so. */
export const createOfflineModels = (): Models => ({
  label: 'offline demo',
  nameFor: () => 'offline',
  forAgent: ({ role }) => new OfflineChatModel(agentOf(role)),
})

/** Whoever is asked a question answers it in the same way; their usual work is each one's own. */
const agentOf =
  (role: AgentRole): OfflineAgent =>
  (messages) => {
    if (isAsked(messages)) return offlineAnswerer(messages)
    return AGENTS[role]?.(messages) ?? says('The offline demo has no rules for me.')
  }

/** Roughly a word a chunk, so that streaming is exercised as with a real model. */
const CHUNK = /\S+\s*|\s+/g

class OfflineChatModel extends BaseChatModel {
  private readonly agent: OfflineAgent

  constructor(agent: OfflineAgent) {
    super({})
    this.agent = agent
  }

  override _llmType() {
    return 'offline'
  }

  /** The rules know the tools; there is nothing to tell them. */
  override bindTools() {
    return this
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text, calls } = this.agent(messages)
    const message = new AIMessage({
      content: text,
      tool_calls: calls.map((call) => ({ ...call, id: newCallId() })),
    })
    return { generations: [{ text, message }] }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { text, calls } = this.agent(messages)
    for (const piece of text.match(CHUNK) ?? []) {
      yield new ChatGenerationChunk({ text: piece, message: new AIMessageChunk({ content: piece }) })
      await runManager?.handleLLMNewToken(piece)
    }
    yield new ChatGenerationChunk({
      text: '',
      generationInfo: { finish_reason: 'stop' },
      message: new AIMessageChunk({
        content: '',
        tool_call_chunks: calls.map(({ name, args }, index) => ({
          type: 'tool_call_chunk',
          index,
          id: newCallId(),
          name,
          args: JSON.stringify(args),
        })),
      }),
    })
  }
}

const newCallId = () => `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
