import { describe, expect, it } from 'vitest'
import { renderWelcome, type WelcomeFacts } from '../../src/bots/welcome.ts'

const fresh: WelcomeFacts = {
  version: '0.1.0',
  database: { kind: 'embedded', folder: '/home/ann/.prorab', adopted: false },
  jobs: { kind: 'postgres' },
  model: { kind: 'offline' },
  telegram: undefined,
  slack: undefined,
  forge: { kind: 'local', folder: '/home/ann/.prorab/repositories' },
  services: { bubblewrap: false },
  healthUrl: 'http://127.0.0.1:3001/healthz',
  claimCode: 'K7QM-4XTP',
  chat: true,
}

describe('the first screen', () => {
  it('tells a newcomer what is off and how to turn it on', () => {
    expect(renderWelcome(fresh)).toBe(
      `prorab 0.1.0: the foreman is on site

  database   embedded, in /home/ann/.prorab
  jobs       in Postgres       set REDIS_URL to move them to Redis
  model      offline demo      set OPENAI_API_KEY for a real model
  Telegram   off               set TELEGRAM_BOT_TOKEN (@BotFather gives one)
  Slack      off               set SLACK_BOT_TOKEN and SLACK_APP_TOKEN
  forge      local repositories in /home/ann/.prorab/repositories
  services   on this machine   install bubblewrap for a stronger sandbox
  health     http://127.0.0.1:3001/healthz

  owner's claim code   K7QM-4XTP
  once Telegram or Slack is on, send /claim K7QM-4XTP to the bot there

Type what you want built, e.g.  create a URL shortener with click statistics
/help tells more, Ctrl-C leaves.
`,
    )
  })

  it('does not call a platform connected that does not answer', () => {
    const text = renderWelcome({ ...fresh, telegram: { bot: undefined, mode: 'polling' } })
    expect(text).toMatch(
      /Telegram {3}on, by long polling, but no answer {3}`npm run prorab -- doctor` says why/,
    )
  })

  it('tells an owner what is on, and shows no code', () => {
    const text = renderWelcome({
      ...fresh,
      database: { kind: 'external', host: 'db.example.org' },
      jobs: { kind: 'redis', host: 'redis.example.org' },
      model: { kind: 'openai', name: 'gpt-4.1', host: 'api.openai.com' },
      telegram: { bot: 'Site (@site_bot)', mode: 'webhook' },
      slack: { bot: 'workspace Acme as @prorab', mode: 'socket' },
      services: { bubblewrap: true },
      claimCode: undefined,
      chat: false,
    })
    expect(text).toBe(
      `prorab 0.1.0: the foreman is on site

  database   at db.example.org
  jobs       in Redis at redis.example.org
  model      gpt-4.1 at api.openai.com
  Telegram   on as Site (@site_bot), by webhook
  Slack      on in workspace Acme as @prorab, by Socket Mode
  forge      local repositories in /home/ann/.prorab/repositories
  services   on this machine, inside bubblewrap
  health     http://127.0.0.1:3001/healthz
`,
    )
  })

  it('says where the code is good for something', () => {
    const telegram = { bot: 'Site (@site_bot)', mode: 'polling' } as const
    const slack = { bot: 'workspace Acme as @prorab', mode: 'socket' } as const
    expect(renderWelcome({ ...fresh, telegram })).toContain('send the bot /claim K7QM-4XTP in Telegram\n')
    expect(renderWelcome({ ...fresh, telegram, slack })).toContain(
      'send the bot /claim K7QM-4XTP in Telegram, or /prorab claim K7QM-4XTP in Slack\n',
    )
  })

  it('says that a database left behind was taken over', () => {
    const database = { kind: 'embedded', folder: '/data', adopted: true } as const
    expect(renderWelcome({ ...fresh, database })).toContain(
      'embedded, in /data (was still running, taken over)\n',
    )
  })

  it('prints no control characters that a folder may have in its name', () => {
    const forge = { kind: 'local', folder: '/a\u001b[2J\nb' } as const
    expect(renderWelcome({ ...fresh, forge })).toContain('local repositories in /a b\n')
  })
})
