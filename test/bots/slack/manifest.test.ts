import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const root = new URL('../../../', import.meta.url)
const source = readFileSync(new URL('slack-manifest.yaml', root), 'utf8')
const code = readdirSync(new URL('src/bots/slack', root))
  .map((name) => readFileSync(new URL(`src/bots/slack/${name}`, root), 'utf8'))
  .join('\n')

const manifest = z
  .object({
    display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
    features: z.object({
      app_home: z.object({
        messages_tab_enabled: z.literal(true),
        messages_tab_read_only_enabled: z.literal(false),
      }),
      bot_user: z.object({ display_name: z.string() }),
      slash_commands: z.array(
        z.object({
          command: z.string(),
          description: z.string().max(2000),
          usage_hint: z.string().max(1000),
        }),
      ),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
      interactivity: z.object({ is_enabled: z.boolean() }),
      socket_mode_enabled: z.boolean(),
    }),
  })
  .parse(parse(source))

const httpManifest = z.object({
  features: z.object({ slash_commands: z.array(z.object({ url: z.url() })) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.url() }),
    interactivity: z.object({ request_url: z.url() }),
  }),
})

/** What Slack asks for each method that is used. */
const SCOPES_OF_METHODS: Record<string, string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.info': ['files:read'],
  'users.info': ['users:read'],
  'views.open': [],
}

const SCOPES_OF_EVENTS: Record<string, string> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
}

describe('slack-manifest.yaml', () => {
  it('asks for exactly the permissions that the adapter uses', () => {
    const methods = [
      ...new Set(Array.from(code.matchAll(/\bweb\.(\w+\.\w+)\(/g), ([, method]) => method ?? '')),
    ]
    expect(methods.toSorted()).toEqual(Object.keys(SCOPES_OF_METHODS).toSorted())
    const needed = new Set([
      ...methods.flatMap((method) => SCOPES_OF_METHODS[method] ?? []),
      ...Object.values(SCOPES_OF_EVENTS),
      'commands',
    ])
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted())
  })

  it('subscribes to exactly the events that the adapter listens to', () => {
    const listened = new Set(Array.from(code.matchAll(/\bapp\.event\('(\w+)'/g), ([, event]) => event))
    const subscribed = manifest.settings.event_subscriptions.bot_events
    expect(new Set(subscribed.map((event) => event.split('.')[0]))).toEqual(listened)
    expect(subscribed.toSorted()).toEqual(Object.keys(SCOPES_OF_EVENTS).toSorted())
  })

  it('works without an address, and says where the address goes for HTTP', () => {
    expect(manifest.settings.socket_mode_enabled).toBe(true)
    expect(manifest.settings.interactivity.is_enabled).toBe(true)
    expect(source.match(/# (request_)?url: https:\/\/\S+\/slack\/events/g)).toHaveLength(3)
  })

  it('still is a manifest when its addresses are uncommented', () => {
    const http = httpManifest.parse(parse(source.replaceAll(/# ((?:request_)?url:)/g, '$1')))
    const address = http.settings.event_subscriptions.request_url
    expect(address).toMatch(/^https:/)
    expect(http.settings.interactivity.request_url).toBe(address)
    expect(http.features.slash_commands.map((command) => command.url)).toEqual([address])
  })

  it('offers /prorab with a hint at its subcommands', () => {
    expect(manifest.features.slash_commands.map((one) => one.command)).toEqual(['/prorab'])
    expect(manifest.features.slash_commands[0]?.usage_hint).toContain('help')
  })
})
