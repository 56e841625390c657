import { createHash } from 'node:crypto'
import type { OutgoingFile } from './chat.ts'

const CHARS = 22

/** Tells what is shown from what was shown before. */
export const hashOfShown = (payload: unknown): string => digest(JSON.stringify(payload))

export const hashOfFile = ({ data, ...about }: OutgoingFile): string =>
  hashOfShown([about, createHash('sha256').update(data).digest('base64url')])

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, CHARS)
