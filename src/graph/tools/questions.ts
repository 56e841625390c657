import { z } from 'zod'
import { defineTool, type ToolResult } from './tool.ts'

const MAX_QUESTIONS = 3

const QUESTIONS = z.object({
  intro: z
    .string()
    .min(1)
    .max(500)
    .describe(
      "One or two sentences in the person's language: what you understood, and that answering is optional.",
    ),
  questions: z
    .array(
      z.object({
        question: z.string().min(1).max(300),
        suggestion: z.string().min(1).max(200).describe('What you will do if the person does not care.'),
      }),
    )
    .min(1)
    .max(MAX_QUESTIONS),
})

/**
 * Lets the product owner ask before anything is planned (G-6). The bound is in the schema: a model cannot ask a
 * fourth question.
 */
export const askQuestions = defineTool({
  name: 'ask_questions',
  description: `Asks the person at most ${MAX_QUESTIONS} questions when a request is too thin to plan from. Ends your turn.`,
  schema: QUESTIONS,
  risk: 'LOW',
  run: async () => 'Asked. The person will answer in the next message.',
})

/** The questions, each with what will be assumed if the person does not care: the turn's answer, in Markdown. */
export const askedQuestions = ({ name, args }: ToolResult): { asked: string } | undefined => {
  if (name !== askQuestions.name) return undefined
  const { intro, questions } = QUESTIONS.parse(args)
  const list = questions.map(
    ({ question, suggestion }, index) => `${index + 1}. ${question}\n   → ${suggestion}`,
  )
  return { asked: `${intro}\n\n${list.join('\n')}` }
}
