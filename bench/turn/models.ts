import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager'
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages'
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs'
import type { Models } from '../../src/graph/models/model.ts'

/** A model that takes no time: it repeats what was said since it last spoke. */
export class InstantModel extends BaseChatModel {
  override _llmType() {
    return 'instant'
  }

  override bindTools() {
    return this
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const text = echoOf(messages)
    return { generations: [{ text, message: new AIMessage(text) }] }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const text = echoOf(messages)
    const message = new AIMessageChunk({ content: text, response_metadata: { finish_reason: 'stop' } })
    yield new ChatGenerationChunk({ text, message })
    await runManager?.handleLLMNewToken(text)
  }
}

const echoOf = (messages: BaseMessage[]): string => {
  const lastAnswer = messages.findLastIndex((message) => message.getType() === 'ai')
  return messages
    .slice(lastAnswer + 1)
    .flatMap((message) => (message.getType() === 'human' ? [message.text] : []))
    .join(' ')
}

export const instantModels: Models = {
  label: 'instant',
  nameFor: () => 'instant',
  forAgent: () => new InstantModel({}),
}
