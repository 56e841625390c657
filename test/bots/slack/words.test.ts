import { describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { disposable, setUpHearing } from './hearing.ts'
import { createSlackWorld } from './world.ts'

describe('what a message says', () => {
  it.each([
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&amp;lt; stays', '&lt; stays'],
    ['ask <@UBOB> in <#C9|general>', 'ask @UBOB in #general'],
    ['ask <@UBOB|bob>', 'ask @bob'],
    ['<!here> and <!subteam^S1|@devs>', '@here and @devs'],
    ['see <https://example.org/a?b=1&amp;c=2>', 'see https://example.org/a?b=1&c=2'],
    ['see <http://example.org|example.org>', 'see example.org'],
    ['see <https://example.org|the docs>', 'see the docs (https://example.org)'],
    ['write to <mailto:ann@example.org|ann@example.org>', 'write to ann@example.org'],
    ['on <!date^1392734382^{date}|18 February 2014>', 'on 18 February 2014'],
  ])('%s is read as %s', async (encoded, text) => {
    await using world = await setUpHearing()
    world.ann.sends(encoded)
    await world.settled()
    expect(world.received[0]?.body).toMatchObject({ kind: 'text', text })
  })

  it.each([
    ['<@UPRORAB> deploy', 'deploy'],
    ['<@UPRORAB>: deploy', 'deploy'],
    ['hey <@UPRORAB|prorab>, deploy <@UBOB>', 'hey deploy @UBOB'],
  ])('the name of the bot is left out: %s', async (encoded, text) => {
    await using world = await setUpHearing()
    world.slack.event({ type: 'app_mention', channel: 'CDEV', user: 'UANN', text: encoded, ts: '5.5' })
    await world.settled()
    expect(world.received[0]?.body).toMatchObject({ kind: 'text', text })
  })

  it('is a command after a slash, which is the way to commands in threads', async () => {
    await using world = await setUpHearing()
    world.ann.says('/project url-shortener', { channel: 'CDEV', mention: true })
    await world.settled()
    expect(world.received[0]?.body).toMatchObject({ kind: 'command', name: 'project', args: 'url-shortener' })
  })

  it.each(['/etc/passwd is open', '/ 2 = 1', '//comment'])(
    'is no command for beginning with a slash: %s',
    async (text) => {
      await using world = await setUpHearing()
      world.ann.says(text)
      await world.settled()
      expect(world.received[0]?.body).toMatchObject({ kind: 'text', text })
    },
  )

  it('asks for help when it is nothing but the name of the bot', async () => {
    await using world = await setUpHearing()
    world.ann.says('', { channel: 'CDEV', mention: true })
    await world.settled()
    expect(world.received[0]?.body).toMatchObject({ kind: 'command', name: 'help' })
  })

  it('is signed with the name of the person once Slack has told it', async () => {
    await using world = await setUpHearing()
    const boris = world.slack.person('UBORIS', 'ru-RU')
    boris.says('первое')
    await waitFor(
      () => world.slack.calls.some((call) => call.method === 'users.info'),
      'the question for the name',
    )
    expect(world.received[0]?.body.author).toEqual({ name: 'UBORIS' })
    await waitFor(async () => {
      boris.says('ещё')
      await world.settled()
      return world.received.at(-1)?.body.author.langHint
    }, 'the language')
    expect(world.received.at(-1)?.body.author).toEqual({ name: 'person-uboris', langHint: 'ru' })
  })

  it('keeps its place in the row when several follow each other quickly', async () => {
    await using world = await createSlackWorld('socket').then(disposable)
    const gate = Promise.withResolvers<void>()
    const texts: string[] = []
    await world.adapter.start(async ({ body }) => {
      const said = body.kind === 'text' ? body.text : ''
      // The first one takes long to be written.
      if (said === 'part 0') await gate.promise
      texts.push(said)
    })
    const ann = world.slack.person('UANN')
    const said = Array.from({ length: 10 }, (_, i) => `part ${i}`)
    for (const text of said) ann.says(text)
    await world.slack.roundTrip()
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(texts).toEqual([])
    gate.resolve()
    await waitFor(() => texts.length === said.length, 'all parts')
    expect(texts).toEqual(said)
  })
})

describe('/prorab', () => {
  it.each([
    ['/prorab projects', 'projects', ''],
    ['/prorab', 'help', ''],
    ['/prorab  Project  url-shortener --all ', 'project', 'url-shortener --all'],
    ['/prorab invite <b>', 'invite', '<b>'],
  ])('%j is the command %s with %j', async (line, name, args) => {
    await using world = await setUpHearing('http')
    world.ann.runs(line)
    await world.settled()
    expect(world.received).toMatchObject([
      {
        conversation: { key: 'slack:T1:DUANN:main', kind: 'private' },
        body: { kind: 'command', name, args },
      },
    ])
  })

  it('in a channel belongs to the channel, and is acknowledged with nothing', async () => {
    await using world = await setUpHearing('http')
    const delivery = world.ann.runs('/prorab status', { channel: 'CDEV' })
    await world.settled()
    expect(world.received[0]?.conversation).toEqual({ key: 'slack:T1:CDEV:main', kind: 'group' })
    expect(delivery).toMatchObject({ status: 200, answer: undefined })
  })

  it('can be answered for one pair of eyes', async () => {
    await using world = await setUpHearing()
    world.ann.runs('/prorab status', { channel: 'CDEV' })
    await world.settled()
    const [incoming] = world.received
    if (!incoming) return expect.unreachable()
    const to = { platformUserId: incoming.platformUserId, receipt: incoming.body.receipt }
    await world.adapter.tell(incoming.conversation.key, to, 'only <!channel> you')
    expect(world.slack.whispers('UANN')).toMatchObject([
      { channel: 'CDEV', text: 'only <!channel> you', mentions: [] },
    ])
    expect(world.slack.messages('CDEV')).toEqual([])
  })
})
