import { Refusal } from './refusal.ts'

export interface FaultScope {
  /** Only these methods; all of them when left out. */
  methods?: string[]
  /** Only so many calls. */
  times?: number
  /** Only for so long, by the fake's clock. */
  forMs?: number
}

/** `cut-after`: the thing is done, and the answer never arrives. */
export type Fault =
  | { kind: 'refuse'; refusal: Refusal }
  | { kind: 'broken' }
  | { kind: 'reset' }
  | { kind: 'cut-after' }
  | { kind: 'hang' }

export interface Faults {
  /** 429, with how long to wait in seconds. */
  tooManyRequests(retryAfterSeconds: number, scope?: FaultScope): void
  /** 502 with a page of HTML, as a proxy in front of the real server answers. */
  breaks(scope?: FaultScope): void
  /** Any error in Telegram's own form, e.g. `refuses(500, 'Internal Server Error')`. */
  refuses(code: number, description: string, scope?: FaultScope): void
  /** The connection is cut before anything was done. */
  resets(scope?: FaultScope): void
  /** The thing is done, then the connection is cut: the caller cannot know. */
  cutsAnswers(scope?: FaultScope): void
  /** The connection stays open, and nothing ever comes. */
  hangs(scope?: FaultScope): void
  /** Everything works again; calls that hang are cut. */
  heal(): void
}

export interface FaultBox extends Faults {
  /** What is to happen to this call, if anything. */
  next(method: string): Fault | undefined
}

export const createFaults = ({ now, onHeal }: { now: () => number; onHeal: () => void }): FaultBox => {
  let active: { fault: Fault; methods?: string[]; left: number; until: number }[] = []
  const add = (fault: Fault, { methods, times = Infinity, forMs = Infinity }: FaultScope = {}) => {
    active.push({ fault, methods, left: times, until: now() + forMs })
  }
  return {
    tooManyRequests: (seconds, scope) => add({ kind: 'refuse', refusal: tooManyRequests(seconds) }, scope),
    breaks: (scope) => add({ kind: 'broken' }, scope),
    refuses: (code, description, scope) =>
      add({ kind: 'refuse', refusal: new Refusal(code, description) }, scope),
    resets: (scope) => add({ kind: 'reset' }, scope),
    cutsAnswers: (scope) => add({ kind: 'cut-after' }, scope),
    hangs: (scope) => add({ kind: 'hang' }, scope),
    heal: () => {
      active = []
      onHeal()
    },
    next: (method) => {
      active = active.filter(({ left, until }) => left > 0 && until > now())
      const found = active.find(({ methods }) => !methods || methods.includes(method))
      if (found) found.left--
      return found?.fault
    },
  }
}

export const tooManyRequests = (seconds: number) =>
  new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })

export interface RateLimits {
  /** Messages per second into one chat. */
  perChatPerSecond?: number
  /** Messages per minute into one group. */
  perGroupPerMinute?: number
  /** Messages per second, all in all. */
  perSecond?: number
}

/** The limits of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this, off by default. */
export const createRateLimiter = (limits: RateLimits, now: () => number) => {
  const sent: { at: number; chat: number }[] = []
  const check = (most: number | undefined, windowMs: number, counts: (chat: number) => boolean) => {
    if (most === undefined) return
    const recent = sent.filter(({ at, chat }) => at > now() - windowMs && counts(chat))
    const oldest = recent.at(-most)
    if (recent.length >= most && oldest)
      throw tooManyRequests(Math.max(1, Math.ceil((oldest.at + windowMs - now()) / 1000)))
  }
  return {
    /** @throws Refusal 429 when this message is one too many. */
    count: (chat: number) => {
      while (sent[0] && sent[0].at <= now() - 60_000) sent.shift()
      check(limits.perSecond, 1000, () => true)
      check(limits.perChatPerSecond, 1000, (one) => one === chat)
      if (chat < 0) check(limits.perGroupPerMinute, 60_000, (one) => one === chat)
      sent.push({ at: now(), chat })
    },
  }
}
