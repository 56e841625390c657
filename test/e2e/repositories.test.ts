import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startFakeGithub, webhookRequest } from '../fakes/github.ts'
import { sees } from './seats/seat.ts'
import { openWorld, type World } from './world.ts'

const SECRET = 'a secret of the webhook'

const openWithAlerts = async (surface: Parameters<typeof openWorld>[0], env: Record<string, string> = {}) => {
  const world = await openWorld(surface, { env })
  world.ann.command('/alerts on all')
  await sees(world.ann, world.t('alerts-all-info'))
  return world
}

const missing = ({ t }: World, subject: string) => t('incident-what-repo-missing', { subject })

test.each(['telegram', 'slack by socket', 'console'] as const)(
  'on %s a repository of GitHub is found, adopted, deleted and restored, and the chat hears of each',
  async (surface) => {
    await using github = await startFakeGithub()
    await using world = await openWithAlerts(surface, {
      GITHUB_TOKEN: github.token,
      GITHUB_ORG: github.repositories.org,
      GITHUB_API_URL: github.root,
      GITHUB_WEBHOOK_SECRET: SECRET,
    })
    const { ann, t, test: program, annsName } = world
    const tell = async (action: string, id: number, secret = SECRET) => {
      const payload = { action, repository: { id, full_name: 'acme/blog' } }
      const url = `http://127.0.0.1:${program.app.port}/github/webhook`
      return (await fetch(url, webhookRequest(secret, { event: 'repository', payload }))).status
    }

    const blog = github.repositories.add('blog', { files: { '.env.example': 'API_KEY=\nPORT=3000\n' } })
    expect(await tell('created', blog.id, 'guessed')).toBe(401)
    expect(await tell('created', blog.id)).toBe(202)
    const found = await sees(ann, t('discovered-title', { name: 'blog' }))
    expect(found.text).toContain('API_KEY')
    expect(found.text).not.toContain('PORT')
    await ann.presses(t('discovered-button-adopt'))
    await sees(ann, t('discovered-adopted-by', { name: annsName, time: '' }).replace(/[\s,]+$/, ''))

    github.repositories.remove('blog')
    expect(await tell('deleted', blog.id)).toBe(202)
    await sees(ann, missing(world, 'blog'))
    github.repositories.restore(blog)
    expect(await tell('created', blog.id)).toBe(202)
    const what = missing(world, 'blog')
    await sees(ann, t('incident-title-over', { number: '1', what }))

    ann.command('/sync')
    const jobs = await sees(ann, t('sync-title'))
    expect(jobs.text).toContain('github_sync')
    expect(jobs.text).toContain(t('sync-count-discovered', { count: 1 }))
  },
)

test('a bare repository of this machine that goes away is missed aloud, and welcome back', async () => {
  await using world = await openWithAlerts('telegram')
  const { ann, t, test: program } = world
  ann.says('create a guestbook')
  await sees(ann, ({ buttons }) => buttons.includes(t('button-approve')))
  await ann.presses(t('button-approve'))
  await sees(ann, t('result-active', { project: 'guestbook' }))
  const place = join(program.config.dataDir, 'forge', 'guestbook.git')
  await rename(place, `${place}.aside`)
  ann.command('/sync run local_sync')
  await sees(ann, missing(world, 'guestbook'))
  await rename(`${place}.aside`, place)
  ann.command('/sync run local_sync')
  await sees(ann, t('incident-title-over', { number: '1', what: missing(world, 'guestbook') }))
  ann.command('/project guestbook')
  await sees(ann, t('project-status-active'))
})
