import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../src/bots/commands/index.ts'
import { report } from '../../../src/domain/incidents/report.ts'
import { PERMISSIONS } from '../../../src/domain/users/permissions.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let number: number
beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  const olga = await desk.person('Olga', 'member')
  await desk.person('Max', 'member')
  await desk.person('Adam', 'admin')
  await desk.person('Victor', 'viewer')
  const { project } = await desk.project(olga, 'shop')
  const { incident } = await base.db.transaction((tx) =>
    report(tx, {
      kind: 'service_unhealthy',
      key: `service_unhealthy:${project.id}`,
      severity: 'critical',
      subject: 'shop',
      facts: {},
      projectId: project.id,
      now: desk.clock.now(),
    }),
  )
  number = incident.number
})
afterAll(() => base.close())

const says = async (who: string, { name, example }: (typeof COMMANDS)[number]) => {
  const line = example.replace('url-shortener', 'shop').replace('42', String(number)).replace('Anna', 'Adam')
  expect(line, name).toMatch(/shop|\d/)
  return (await desk.command(who, line))?.markdown ?? ''
}

describe.each(COMMANDS.filter(({ aboutProject }) => aboutProject))('/$name', (command) => {
  const rule = command.aboutProject && PERMISSIONS[command.aboutProject]
  const refusal = `Only ${rule?.least}s`

  test.each(['Victor', 'Max'])('is refused to %s, whose project it is not', async (who) => {
    expect(await says(who, command)).toContain(refusal)
  })

  test.each(['Olga', 'Adam'])('is not refused to %s, whose project it is or who is an admin', async (who) => {
    expect(await says(who, command)).not.toContain(refusal)
  })
})
