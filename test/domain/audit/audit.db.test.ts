import { expect, test } from 'vitest'
import { listAudit, recordAudit } from '../../../src/domain/audit/audit.ts'
import { createTestDatabase } from '../../support/database.ts'

test('the audit is read page by page, newest first, and an undone deed leaves no entry', async () => {
  await using base = await createTestDatabase()
  const entry = (subject: string) => ({
    userId: null,
    actor: 'prorab',
    surface: 'system',
    action: 'project.delete',
    subject,
    result: 'ok',
  })
  for (let i = 1; i <= 5; i++) await recordAudit(base.db, entry(`project-${i}`))
  const undone = base.db.transaction(async (tx) => {
    await recordAudit(tx, entry('undone'))
    throw new Error('the deed failed')
  })
  await expect(undone).rejects.toThrow('the deed failed')

  const first = await listAudit(base.db, { page: 1, pageSize: 3 })
  const second = await listAudit(base.db, { page: 2, pageSize: 3 })
  expect(first.entries.map(({ subject }) => subject)).toEqual(['project-5', 'project-4', 'project-3'])
  expect(first.hasMore).toBe(true)
  expect(second.entries.map(({ subject }) => subject)).toEqual(['project-2', 'project-1'])
  expect(second.hasMore).toBe(false)
})
