import { AIMessage } from '@langchain/core/messages'
import { expect, test } from 'vitest'
import { runTools } from '../../../src/graph/nodes/tool-loop.ts'
import { askedQuestions, askQuestions } from '../../../src/graph/tools/questions.ts'
import { bindTools } from '../../../src/graph/tools/tool.ts'
import { contents, stepWith, toolNamed, withoutDatabase } from '../nodes/kit.ts'

const question = { question: 'Which language?', suggestion: 'English' }

const asks = async (...questions: unknown[]) => {
  const step = stepWith<{ asked: string }>(
    [...bindTools([askQuestions], undefined), toolNamed('list_projects')],
    { onToolResult: askedQuestions },
  )
  const answer = new AIMessage({
    content: '',
    tool_calls: [
      { type: 'tool_call', id: 'a', name: 'ask_questions', args: { intro: 'A shop.', questions } },
      { type: 'tool_call', id: 'b', name: 'list_projects', args: {} },
    ],
  })
  return runTools(withoutDatabase(), step, answer)
}

test('questions are asked with what will be assumed, whatever else is called beside them', async () => {
  const { update } = await asks(question, { question: 'For whom?', suggestion: 'you' })
  expect(update).toEqual({ asked: 'A shop.\n\n1. Which language?\n   → English\n2. For whom?\n   → you' })
})

test('a fourth question cannot be asked: nothing is asked, and the model is told', async () => {
  const { update, messages } = await asks(question, question, question, question)
  expect(update).toEqual({})
  expect(contents(messages)[0]).toMatch(/^error: questions: /)
})
