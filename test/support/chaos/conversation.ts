import type { ShownMessage } from '../../fakes/telegram/shown.ts'
import { startTelegramFake, type TelegramFake } from '../../fakes/telegram.ts'
import { waitFor } from '../wait-for.ts'
import { createInstallation, type Installation } from './installation.ts'
import { claimPortSlot, type PortSlot } from './port-slot.ts'
import type { Kill, Phase } from './scenario.ts'

const CLAIM_CODE = 'CHAOS-CLAIM-CODE'
const ANN = { id: 7, name: 'Ann', languageCode: 'en' }
export const PROJECT = 'url-shortener'
/** Everything the person has said when the conversation is over; presses come on top. */
export const SAID = [
  `/claim ${CLAIM_CODE}`,
  'create a URL shortener with click statistics',
  `/project ${PROJECT}`,
] as const
/** Far beyond what one step takes on a busy machine, also with several restarts in it. */
const STEP_LIMIT_MS = 600_000
/** Looking takes time from the program that is waited for. */
const LOOK_AGAIN_MS = 200
/** A card is left alone this long after a restart before the person doubts that the press has arrived. */
const PATIENCE_MS = 2_000

export interface Conversation extends AsyncDisposable {
  installation: Installation
  telegram: TelegramFake
  /** What Ann sees, hers and the bot's. */
  messages(): ShownMessage[]
  /** How often Ann pressed a button. */
  presses: number
  /** How often the program was killed. */
  kills: number
  /** How long each phase took, in milliseconds. */
  tookMs: Durations
}

export type Durations = Record<Phase, number>

export interface ConversationOptions {
  kills: Kill[]
  /** How long the phases take when nobody disturbs them; the kills are at fractions of it. */
  undisturbedMs: Durations
}

/**
 * The demo's conversation with the real program in Telegram, by a person who knows nothing of kills: she waits for
 * answers, and presses again only when a card still has its buttons a while after a restart.
 */
export const holdConversation = async (options: ConversationOptions): Promise<Conversation> => {
  const ports = await claimPortSlot()
  const telegram = await startTelegramFake()
  const installation = await createInstallation({
    PRORAB_CLAIM_CODE: CLAIM_CODE,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
  })
  const ann = telegram.person(ANN)
  const conversation: Conversation = {
    installation,
    telegram,
    messages: () => telegram.chat(ann.id).messages(),
    presses: 0,
    kills: 0,
    tookMs: { starting: 0, talking: 0, building: 0, ending: 0 },
    [Symbol.asyncDispose]: async () => {
      await installation[Symbol.asyncDispose]()
      await telegram.close()
      await ports[Symbol.asyncDispose]()
    },
  }
  const phases = createPhases(conversation)
  const over = new AbortController()
  const failure = untilFailure(telegram)
  try {
    installation.start()
    const killing = killOnTime(conversation, options, { phases, over: over.signal })
    await Promise.race([
      Promise.all([talk(conversation, ports, phases), killing.first]),
      installation.crashed,
      failure,
    ])
    over.abort()
    await killing.done
    await Promise.race([
      installation.isUp().then(() => untilSettled(installation)),
      installation.crashed,
      failure,
    ])
    return conversation
  } catch (error) {
    over.abort()
    const screen = conversation.messages().map(({ own, text }) => `  ${own ? 'bot' : 'Ann'}: ${text}`)
    const story = `On the screen:\n${screen.join('\n')}\n\nThe log:\n${installation.log.slice(-8_000)}`
    await conversation[Symbol.asyncDispose]()
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${story}`, { cause: error })
  }
}

interface Phases {
  /** The conversation gets there: the phase before it is over. */
  begin(phase: Phase | undefined): void
  begun(phase: Phase): Promise<void>
}

const createPhases = ({ tookMs }: Conversation): Phases => {
  const starts = {
    starting: Promise.withResolvers<void>(),
    talking: Promise.withResolvers<void>(),
    building: Promise.withResolvers<void>(),
    ending: Promise.withResolvers<void>(),
  }
  let current: Phase = 'starting'
  let since = Date.now()
  starts.starting.resolve()
  return {
    begin: (phase) => {
      tookMs[current] = Date.now() - since
      since = Date.now()
      if (!phase) return
      current = phase
      starts[phase].resolve()
    },
    begun: (phase) => starts[phase].promise,
  }
}

const talk = async (conversation: Conversation, ports: PortSlot, phases: Phases): Promise<void> => {
  const { installation, telegram } = conversation
  const ann = telegram.person(ANN)
  const answer = (match: RegExp) =>
    telegram.waitForMessage((message) => message.own && match.test(message.text), {
      chat: ann.id,
      limitMs: STEP_LIMIT_MS,
    })

  ann.says(SAID[0])
  await answer(/owner/i)
  await waitFor(() => installation.query(ports.leaveOnly), 'the ports of other programs', STEP_LIMIT_MS)
  phases.begin('talking')
  ann.says(SAID[1])
  await telegram.waitForMessage(hasApprove, { chat: ann.id, limitMs: STEP_LIMIT_MS })
  phases.begin('building')
  await approve(conversation)
  await answer(/is active/)
  phases.begin('ending')
  ann.says(SAID[2])
  await answer(/Repository: /)
  phases.begin(undefined)
}

const hasApprove = ({ buttons }: ShownMessage) => buttons.includes('Approve')

/** Presses, and presses again when a restart came between and the card does not show the decision. */
const approve = async (conversation: Conversation): Promise<void> => {
  const { installation, telegram } = conversation
  const isDecided = () => conversation.messages().some(({ own, text }) => own && /Approved by Ann/.test(text))
  for (;;) {
    const life = installation.starts
    const card = conversation.messages().findLast(hasApprove)
    if (card && !isDecided()) {
      conversation.presses++
      telegram.person(ANN).presses('Approve', { message: card })
    }
    const outcome = await waitFor(
      async () => {
        if (isDecided()) return 'decided'
        if (installation.starts === life) return undefined
        await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
        return isDecided() ? 'decided' : 'doubtful'
      },
      'a card that says who approved it',
      STEP_LIMIT_MS,
    )
    if (outcome === 'decided') return
  }
}

/** Kills and starts again, each time when the conversation is where it was planned. */
const killOnTime = (
  conversation: Conversation,
  { kills, undisturbedMs }: ConversationOptions,
  { phases, over }: { phases: Phases; over: AbortSignal },
) => {
  const { installation } = conversation
  const first = Promise.withResolvers<void>()
  const aborted = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve()))
  const run = async () => {
    let before: Kill | undefined
    for (const kill of kills) {
      await Promise.race([phases.begun(kill.phase), aborted])
      // What it takes to start again is no part of the phase.
      if (before && kill.phase !== 'starting') await Promise.race([installation.isUp(), aborted])
      const already = before?.phase === kill.phase && kill.phase !== 'starting' ? before.at : 0
      await pauseFor((kill.at - already) * undisturbedMs[kill.phase], over)
      if (over.aborted) return
      conversation.kills++
      await installation.kill(kill.blow)
      await pauseFor(kill.pauseMs, over)
      installation.start()
      before = kill
      first.resolve()
    }
    first.resolve()
  }
  const done = run()
  done.catch(first.reject)
  return { first: first.promise, done }
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** A kill may cost time; it is never told to a person as a failure. */
const untilFailure = async (telegram: TelegramFake): Promise<never> => {
  const { text } = await telegram
    .waitForMessage(/Reference: P-/, { limitMs: 2 * STEP_LIMIT_MS })
    .catch(() => new Promise<never>(() => {}))
  throw new Error(`Ann was told of a failure: ${text}`)
}

/** Nothing waits any more: nothing was left half done. */
const untilSettled = (installation: Installation): Promise<true> =>
  waitFor(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      return installation.query(async (sql) => {
        const [row] = await sql`select
          (select count(*) from inbox where state = 'pending')::int as inbox,
          (select count(*) from turns where state = 'running')::int as turns,
          (select count(*) from runs where status in ('queued', 'running', 'waiting'))::int as runs,
          (select count(*) from approvals where applied_at is null)::int as approvals,
          (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox`
        const left = Object.entries(row ?? {}).filter(([, count]) => count !== 0)
        if (left.length > 0) throw new Error(`left: ${JSON.stringify(Object.fromEntries(left))}`)
        return true as const
      })
    },
    'everything to be settled',
    STEP_LIMIT_MS,
  )
