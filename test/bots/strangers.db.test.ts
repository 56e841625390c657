import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareClaimCode } from '../../src/domain/users/claim.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createDesk } from './desk.ts'

const CODE = 'ABCD-EFGH'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await prepareClaimCode(database.db, CODE)
})
afterAll(() => database.close())

test('who installed prorab and opens it in their messenger reads how to become the owner; later strangers do not', async () => {
  const desk = createDesk(database.db)
  const told = async (name: string) => (await desk.command(name, '/start'))?.markdown
  expect(await told('installer')).toContain('/claim CODE')
  await desk.command('installer', `/claim ${CODE}`)
  expect(await told('passer-by')).toContain('people who were invited')
  expect(await told('another')).not.toContain('/claim')
})
