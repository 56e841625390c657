import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { scoreCandidates } from '../../../src/domain/routing/dry-run.ts'
import { decisionsOfTask } from '../../../src/domain/routing/history.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { type Office, openOffice } from './office.ts'

const page = await readFile(new URL('../../../docs/routing.md', import.meta.url), 'utf8')
const [, example = ''] = page.split(/^## An example$/m)

/** The rows of the table whose head begins so, by the words in it. */
const tableOf = (head: string): Record<string, string>[] => {
  const lines = example.split('\n')
  const start = lines.findIndex((line) => line.startsWith(head))
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''))
  const names = cells(lines[start] ?? '')
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines
    .slice(start + 2, end)
    .map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index], cell])))
}

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())

beforeEach(async () => {
  await office.dismissAll()
  const workers = tableOf('| Worker | Executions |')
  expect(workers).toHaveLength(5)
  for (const row of workers)
    await office.hire(row.Worker ?? '', {
      status: row.State === 'offline' ? 'offline' : 'online',
      specializations: row.Specialist === 'yes' ? ['implement'] : [],
      inHand: Number(row['In hand']),
      record: {
        implement: {
          successes: Number(row.Successes),
          failures: Number(row.Executions) - Number(row.Successes),
          lastExecutionAgo: (row['Last one'] ?? '').replace(' ago', ''),
        },
      },
    })
})

test('the scores on the page are those of the router, in its order', async () => {
  const told = await scoreCandidates(office.db, { agentType: 'code', workType: 'implement' })
  const candidates = told.filter(({ obstacle }) => !obstacle)
  expect(
    candidates.map(({ name, parts, score }) => ({
      Worker: name,
      Success: String(parts.success),
      'Recent context': String(parts.context),
      Specialization: String(parts.specialization),
      Load: String(parts.load),
      Score: String(score),
    })),
  ).toEqual(tableOf('| Worker | Success |'))
  expect(told.find(({ name }) => name === 'build-5.code')).toMatchObject({ score: 100, obstacle: 'offline' })
})

test('the decision on the page is the one that is made, in the same words, and so is the one after a failure', async () => {
  const [, reason] = /^> (.*)$/m.exec(example) ?? []
  const task = await office.newTask()
  const decision = await routeTask(office.db, task, 1)
  expect(decision.reason).toBe(reason)

  await office.carryOut(decision, { outcome: 'failed' })
  await office.dispatch(task)
  const [, second] = await decisionsOfTask(office.db, task.id)
  expect(second?.selectedAgentName).toBe('build-4.code')
  expect(second?.runnersUp.find(({ name }) => name === 'build-1.code')?.score).toBeGreaterThan(
    second?.score ?? Number.NaN,
  )
})
