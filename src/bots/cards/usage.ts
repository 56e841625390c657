import type { Words } from '../words.ts'

const WORDS =
  /\b(?:NAME|NEWNAME|PAGE|LINES|COMMAND|CODE|PROJECT|VERSION|FIELD|VALUE|PROMPT|WORD|QUESTION|TASK|TEXT|TIME|PERSON|NOTE|STEPS)\b/g

/** `/project NAME` as the reader would say it: `/project ИМЯ`. */
export const usageIn = ({ t }: Pick<Words, 't'>, usage: string): string =>
  usage.replace(WORDS, (word) => t(`argument-${word.toLowerCase()}`))
