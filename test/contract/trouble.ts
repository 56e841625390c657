import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { Stage } from './adapter.ts'
import type { AdapterWorld } from './world.ts'

type Faults = NonNullable<AdapterWorld['faults']>

export const describeTrouble = (stage: () => Stage) => {
  const attempts = async () => {
    const { world } = stage()
    const [part] = world.adapter.render({ markdown: 'hello' })
    if (!part) throw new Error('nothing was rendered')
    const ref = await world.adapter.send(world.conversation, part, { idempotencyKey: 'before' })
    const [edited] = world.adapter.render({ markdown: 'hello again' })
    if (!edited) throw new Error('nothing was rendered')
    const data = Buffer.from('{}')
    const [file] = world.adapter.render({
      file: { name: 'a.json', mediaType: 'application/json', data, caption: 'a file' },
    })
    if (!file) throw new Error('nothing was rendered')
    return {
      sendFile: () => world.adapter.send(world.conversation, file, { idempotencyKey: 'file' }),
      send: () => world.adapter.send(world.conversation, part, { idempotencyKey: 'after' }),
      edit: () => world.adapter.edit(world.conversation, ref, edited),
    }
  }
  const cases: {
    name: string
    fault: (faults: Faults) => void
    code: AppError['code']
    retryAfterMs?: number
  }[] = [
    {
      name: 'limits the rate',
      fault: (faults) => faults.limitsRate(7000),
      code: 'rate_limited',
      retryAfterMs: 7000,
    },
    { name: 'answers 5xx', fault: (faults) => faults.breaks(), code: 'platform_unavailable' },
    { name: 'cuts the connection', fault: (faults) => faults.resets(), code: 'platform_unavailable' },
    { name: 'refuses', fault: (faults) => faults.refuses(), code: 'platform_refused' },
  ]

  describe.each(cases)('when the platform $name', ({ fault, code, retryAfterMs }) => {
    it(`sending, also of files, and editing fail as ${code}, telling no secret, and work again afterwards`, async (context) => {
      const { world, mailbox } = stage()
      const { faults } = world
      if (!faults) return context.skip('this platform cannot fail')
      await world.adapter.start(mailbox.receive)
      const { send, sendFile, edit } = await attempts()

      fault(faults)
      const errors = [await failureOf(send), await failureOf(sendFile), await failureOf(edit)]
      faults.heals()

      for (const error of errors) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ code, retryAfterMs })
        const everything = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)} ${error}`
        for (const secret of world.secrets) expect(everything).not.toContain(secret)
      }
      for (const secret of world.secrets) expect(world.logged()).not.toContain(secret)

      await expect(send()).resolves.toEqual(expect.any(String))
      await expect(sendFile()).resolves.toEqual(expect.any(String))
      await expect(edit()).resolves.toBe('edited')
    })

    it('telling and typing are tried, and hurt nobody', async (context) => {
      const { world, mailbox } = stage()
      if (!world.faults) return context.skip('this platform cannot fail')
      await world.adapter.start(mailbox.receive)
      fault(world.faults)
      await world.adapter.typing(world.conversation)
      await world.adapter.tell(world.conversation, { platformUserId: world.person.id }, 'psst')
      world.faults.heals()
    })
  })

  it('knows who it is', async () => {
    expect(await stage().world.adapter.check()).not.toBe('')
  })
}

const failureOf = async (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error,
  )
