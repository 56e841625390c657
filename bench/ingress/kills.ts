import type { BenchContext } from '../bench.ts'
import type { BotApi } from '../support/bot-api.ts'
import type { Program } from '../support/program.ts'
import { createWebhook } from '../support/webhook.ts'
import { AT_ONCE, createFlood } from './flood.ts'
import { outcomeOf } from './outcome.ts'

const KILL_AFTER_MS = 500
/** Claims of a dead process run out by themselves where another process could be alive. */
const PATIENCE_MS = { own: 20_000, shared: 60_000 }

/** The flood goes on while the program is killed half a second after it became ready, again and again. */
export const floodUnderKills = async (
  context: BenchContext,
  { api, start, kills }: { api: BotApi; start: () => Program; kills: number },
) => {
  let program = start()
  await program.ready()
  const webhook = createWebhook({ port: program.port, connections: AT_ONCE })
  context.cleanup.defer(async () => webhook.close())
  const flood = createFlood(api, webhook)
  const killedAt: number[] = []
  let over = false
  const killing = (async () => {
    while (killedAt.length < kills) {
      await new Promise((resolve) => setTimeout(resolve, KILL_AFTER_MS))
      await program.kill()
      killedAt.push(performance.now())
      context.say(`killed ${killedAt.length} of ${kills} times, ${flood.sent.length} updates sent`)
      program = start()
      await program.ready()
    }
    over = true
  })()
  await Promise.all([killing, flood.run(() => over)])
  await flood.answered(context.databaseUrl ? PATIENCE_MS.shared : PATIENCE_MS.own)
  await program.stop()
  return { ...outcomeOf(flood.sent, killedAt), sent: flood.sent.length, kills: killedAt.length }
}
