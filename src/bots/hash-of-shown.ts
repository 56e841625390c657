import { hash } from 'node:crypto'
import type { OutgoingFile } from './chat.ts'

const CHARS = 22

/** Tells what is shown from what was shown before. */
export const hashOfShown = (payload: unknown): string => digest(JSON.stringify(payload))

export const hashOfFile = ({ data, ...about }: OutgoingFile): string =>
  hashOfShown([about, hash('sha256', data, 'base64url')])

const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, CHARS)
