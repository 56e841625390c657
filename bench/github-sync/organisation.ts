import { startFakeGithub } from '../../test/fakes/github.ts'

/** What the bench asks for: what was counted since it last asked, a change to one repository, another pace. */
export type Asked = 'count' | { rename: string; to: string } | { answerMs: number }

export interface Counted {
  requests: number
  /** Against the rate limit. */
  counted: number
}

/** A GitHub in a process of its own, so that its work is not measured. Told as `[repositories]`; tells where it is. */
const [, , repositories = '0'] = process.argv
const github = await startFakeGithub({ limit: 1_000_000 })
for (let i = 0; i < Number(repositories); i++)
  github.repositories.add(`service-${i}`, { description: `What service ${i} is for` })

process.on('message', (asked: Asked) => {
  if (asked !== 'count' && 'rename' in asked) github.repositories.rename(asked.rename, asked.to)
  if (asked !== 'count' && 'answerMs' in asked) github.answerMs = asked.answerMs
  const done = github.requests.splice(0)
  process.send?.({ requests: done.length, counted: done.filter(({ counted }) => counted).length })
})
process.send?.({ root: github.root, token: github.token, org: github.repositories.org })
