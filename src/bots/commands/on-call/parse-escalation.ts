import { durationOf } from './moments.ts'

export type SaidStep =
  | { kind: 'on_call' }
  | { kind: 'chat' }
  | { kind: 'wait'; minutes: number }
  | { kind: 'repeat'; times: number }
  | { kind: 'person'; name: string }

/** `on-call, wait 5, boris, wait 10, chat, repeat 2`; arrows and "then" part steps, too. */
export const parseEscalation = (text: string): SaidStep[] =>
  text
    .split(/,|;|\n|→|->|\bthen\b/i)
    .map((part) => part.trim())
    .filter(Boolean)
    .map(stepOf)

const stepOf = (part: string): SaidStep => {
  if (/^on[\s_-]?call$/i.test(part)) return { kind: 'on_call' }
  if (/^(this |the )?(chat|here)$/i.test(part)) return { kind: 'chat' }
  const [, waited] = /^wait(?:\s+for)?\s+(.+)$/i.exec(part) ?? []
  const minutes = minutesOf(waited ?? part)
  if (minutes !== undefined) return { kind: 'wait', minutes }
  const [, repeat, times = '1'] = /^(repeat)\s*(\d{1,3})?\s*(?:x|times?)?$/i.exec(part) ?? []
  if (repeat) return { kind: 'repeat', times: Number(times) }
  return { kind: 'person', name: part.replace(/^(call|page|ask)\s+/i, '') }
}

const minutesOf = (text: string): number | undefined => {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  return durationOf(text)?.total({ unit: 'minutes', relativeTo: '2030-01-01' })
}
