import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Severity } from '../../src/db/shapes/incident.ts'
import { incidentByNumber } from '../../src/domain/incidents/find.ts'
import { report } from '../../src/domain/incidents/report.ts'
import { findProject } from '../../src/domain/projects/projects.ts'
import { waitFor } from '../support/wait-for.ts'
import { approveAndWait, askForShortener, ENGLISH, RUSSIAN } from './main-job.ts'
import { sees } from './seats/seat.ts'
import { openWorld, type World } from './world.ts'

const PROJECT = 'url-shortener'

/** Ends the service and whoever would start it again, as an out-of-memory killer does. */
const kill = async ({ test }: World, url: string): Promise<void> => {
  const state = join(test.config.dataDir, 'services', PROJECT, 'state.json')
  const { supervisor, service } = JSON.parse(readFileSync(state, 'utf8')) as Record<string, { pid: number }>
  for (const one of [supervisor, service]) if (one) process.kill(one.pid, 'SIGKILL')
  const isDown = () =>
    fetch(url).then(
      () => false,
      () => true,
    )
  await waitFor(isDown, 'the end of the service')
}

/** What the health checker does after three failures in a row. */
const isNoticed = async ({ test }: World, severity: Severity = 'critical'): Promise<number> => {
  const { db } = test.app
  const project = await findProject(db, PROJECT)
  const { incident } = await db.transaction((tx) =>
    report(tx, {
      kind: 'service_unhealthy',
      key: `service_unhealthy:${project?.id}`,
      severity,
      subject: PROJECT,
      facts: { reason: 'connection refused' },
      projectId: project?.id,
      now: new Date(),
    }),
  )
  return incident.number
}

const isRepaired = async ({ test }: World, number: number): Promise<void> => {
  expect(await incidentByNumber(test.app.db, number)).toMatchObject({
    state: 'resolved',
    // The check that looks every few seconds may see it run again before the repair has looked.
    resolution: expect.stringMatching(/^(recovery|healed)$/),
  })
}

const repaired = (t: World['t'], number: number): string =>
  t('recovery-ended-repaired', { number: String(number), subject: PROJECT })

const versionAt = async (url: string): Promise<string> =>
  ((await (await fetch(`${url}/healthz`)).json()) as { version: string }).version

test('кто заговорит с ботом, услышит, что сервис лежит, скажет «почини», и он снова работает', async () => {
  await using world = await openWorld('telegram', { lang: 'ru' })
  const { ann, t } = world
  await askForShortener(world, RUSSIAN)
  const url = await approveAndWait(world, PROJECT)
  await kill(world, url)
  // What is only a warning wakes nobody: whoever talks hears of it.
  const number = await isNoticed(world, 'warning')

  ann.says('привет')
  const card = await sees(ann, `#${number} ${PROJECT}`)
  const answer = await sees(ann, 'Здравствуйте')
  expect(card.order).toBeLessThan(answer.order)

  ann.says('почини')
  await sees(ann, `Смотрю инцидент #${number}`, { after: answer })
  await sees(ann, repaired(t, number))
  await isRepaired(world, number)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('a version that does not come up any more gives way to the one before it, once somebody who pressed Fix agrees', async () => {
  await using world = await openWorld('telegram', { lang: 'en' })
  const { ann, t } = world
  await askForShortener(world, ENGLISH)
  const url = await approveAndWait(world, PROJECT)
  const first = await versionAt(url)
  ann.says(ENGLISH.change)
  const plan = await sees(ann, t('approval-title-change', { project: PROJECT }))
  await approveAndWait(world, PROJECT, { after: plan })
  expect(await versionAt(url)).not.toBe(first)

  const { dataDir } = world.test.config
  const release = join(dataDir, 'services', PROJECT, 'releases', await versionAt(url), 'src', 'main.js')
  ann.command('/alerts on critical')
  await sees(ann, t('alerts-title-on'))
  await kill(world, url)
  writeFileSync(release, 'process.exit(1)\n')
  const number = await isNoticed(world)
  const { edits } = await sees(ann, `#${number} ${PROJECT}`)

  await ann.presses(t('button-incident-fix'))
  await sees(ann, t('recovery-goes-on', { number: String(number), subject: PROJECT, reason: '' }))
  const question = await sees(ann, t('approval-title-recovery', { incident: `#${number} ${PROJECT}` }))
  expect(question.text).toContain(t('approval-recovery-step-redeploy', { version: first }))
  await ann.presses(t('button-do-it'))
  // She was called, and so she is told that it is over.
  await sees(ann, `#${number} is over. ${PROJECT} was repaired`)
  await sees(ann, (message) => message.text.includes(`#${number} ${PROJECT}`) && message.edits > edits)
  await isRepaired(world, number)
  expect(await versionAt(url)).toBe(first)
})
