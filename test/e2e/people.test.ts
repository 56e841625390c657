import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTexts } from '../../src/bots/texts.ts'
import type { Person } from '../fakes/telegram/person.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { CLAIM_CODE } from '../support/app.ts'
import { type House, openHouse } from './telegram-house.ts'

describe('who may come in, and what they may do', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house[Symbol.asyncDispose]())

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const says = (person: Person, text: string, match: RegExp | string): Promise<ShownMessage> => {
    const asked = person.says(text)
    return house.telegram.waitForMessage(match, { chat: person.id, after: asked })
  }

  it('the claim code works once', async () => {
    const late = await house.newcomer('Late')
    await says(late, `/claim ${CLAIM_CODE}`, t('code-already-claimed'))
  })

  it('an invitation lets one person in, and tells the second that it was used', async () => {
    const { text } = await says(house.ann, '/invite operator', /\/start [\w-]+/)
    const code = text.match(/\/start [\w-]+/)?.[0] ?? ''
    expect(text).toContain(t('role-operator'))
    const bob = await house.newcomer('Bob')
    await says(bob, code, t('invite-welcome', { name: 'Bob', role: t('role-operator') }))
    const eve = await house.newcomer('Eve')
    await says(eve, code, t('code-used'))
    await says(bob, '/users', /Only admins and owners may do that/)
    expect((await says(house.ann, '/users', t('users-title'))).text).toMatch(
      /Ann · owner[\s\S]*Bob · operator/,
    )
  })

  it('an invitation is not given where everybody reads it', async () => {
    const group = house.newGroup()
    const asked = house.ann.says('/invite@prorab_bot', { chat: group.id })
    await house.telegram.waitForMessage(t('invite-private'), { chat: group.id, after: asked })
  })

  it('a viewer builds nothing, until somebody gives them a role', async () => {
    const vera = await house.newcomer('Vera', 'viewer')
    await says(vera, 'create a guestbook', 'Your role does not allow that')
    await says(house.ann, '/role Vera member', t('role-changed', { name: 'Vera', role: t('role-member') }))
    await says(vera, 'create a guestbook', t('approval-title-plan', { project: 'guestbook' }))
    // The turn that began the run may be ending still, and is stopped with it.
    await says(vera, '/stop', /stopped: guestbook\.$/i)
  })

  it('somebody whose access is taken is a stranger again', async () => {
    const max = await house.newcomer('Max', 'member')
    await says(house.ann, '/role Max none', t('user-access-withdrawn', { name: 'Max' }))
    await says(max, '/status', t('stranger-notice'))
  })

  it('the last owner stays', async () => {
    await says(house.ann, '/role Ann member', t('error-last-owner'))
  })

  it('/lang changes how the bot speaks, in commands, cards and talk', async () => {
    const ru = createTexts()
    const olga = await house.newcomer('Olga', 'member')
    await says(olga, '/lang ru', ru.t('ru', 'lang-changed'))
    await says(olga, '/help', ru.t('ru', 'help-title'))
    await says(olga, 'create a todo list', ru.t('ru', 'approval-title-plan', { project: 'todo' }))
    await says(olga, '/stop', /становлено: todo\.$/)
  })

  it('/audit tells who did what', async () => {
    const { text } = await says(house.ann, '/audit', t('audit-title'))
    expect(text).toMatch(/Ann/)
    expect(text).toMatch(/user\.role|user\.invite|user\.join/)
  })
})
