import { AppError } from '../../../errors.ts'

/** Chats and editors put these around JSON. */
const FENCE = /^```[a-z]*\n([\s\S]*?)\n?```$/i
const PROBLEM_SHOWN_CHARS = 200

/**
 * The object that somebody wrote as JSON.
 * @throws AppError invalid, with where it stops being JSON.
 */
export const readJson = (text: string): Record<string, unknown> => {
  const trimmed = text.replace(/^\uFEFF/, '').trim()
  const bare = FENCE.exec(trimmed)?.[1] ?? trimmed
  try {
    const value: unknown = JSON.parse(bare)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
    throw new Error('It must be one object, in { }.')
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).slice(0, PROBLEM_SHOWN_CHARS)
    throw new AppError('invalid', `not JSON: ${problem}`, {
      userMessage: { key: 'agent-not-json', args: { problem } },
    })
  }
}
