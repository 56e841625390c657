import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agentFormAction } from '../../../src/bots/agent-form-ids.ts'
import { createFormInitial } from '../../../src/bots/form-initial.ts'
import { agents, agentVersions, auditEntries, modelCalls, outbox } from '../../../src/db/schema/index.ts'
import type { AgentConfig } from '../../../src/db/shapes/agent.ts'
import { type Agent, requireAgent } from '../../../src/domain/agents/agents.ts'
import { createAgent } from '../../../src/domain/agents/change-agent.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { shortUuid } from '../../../src/short-uuid.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let serial = 0
let anna: Person
let boris: Person
let vera: Person
/** A new agent of the system for every test. */
let planner: Agent
const named = (name: string) => `${name}${serial}`

const CONFIG: AgentConfig = {
  model: 'gpt-4.1',
  temperature: 0.2,
  system_prompt: 'You plan.\nSmall steps.',
  tools: [],
  concurrency_limit: 3,
  max_tokens: 8_000,
  metadata: {
    role: 'custom',
    capabilities: ['planning'],
    risk_level: 'LOW',
    cost_per_call: 0.01,
    estimated_duration: 60,
  },
}

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  serial += 1
  desk = createDesk(base.db)
  anna = await desk.person(named('anna'), 'owner')
  boris = await desk.person(named('boris'), 'admin')
  vera = await desk.person(named('vera'), 'viewer')
  planner = await made(named('Planner'))
})

const by = () => ({ person: anna, surface: 'telegram', now: desk.clock.now() })
const made = (name: string, config: AgentConfig = CONFIG) =>
  base.db.transaction((tx) => createAgent(tx, { name, config }, by()))
const now = () => requireAgent(base.db, planner.id)
const says = (line: string, who: Person = anna) => desk.command(who.name, line)
const words = async (answer: Promise<{ markdown?: string } | undefined>) => (await answer)?.markdown ?? ''
const configForm = (version: number) => agentFormAction({ what: 'config', id: planner.id, version })
const json = (change: Partial<AgentConfig>) => JSON.stringify({ ...CONFIG, ...change })

/** What the form of a button begins with, where the platform opens it by itself. */
const begins = (action: string, who = anna.name) => createFormInitial(base.db, 'telegram')(action, who)

describe('/agents', () => {
  test('shows each with role, model, state, version and how its work came out, and opens one by a button', async () => {
    const card = cardOf(await says('/agents'))
    expect(card.title).toBe('Agents')
    const line = card.body?.split('\n').find((one) => one.includes(planner.name))
    expect(line).toBe(`- **${planner.name}** · custom · gpt-4.1 · ready · v1 · nothing to judge by yet`)
    const button = card.buttons?.flat().find(({ label }) => label === planner.name)
    expect(cardOf(await desk.press(anna.name, button?.action ?? '')).title).toBe(planner.name)
  })

  test('comes in pages, also of a project, and the page turns in its message', async () => {
    const { project } = await desk.project(anna, `shop-${serial}`)
    for (let number = 1; number <= 9; number++)
      await base.db.transaction((tx) =>
        createAgent(tx, { name: `Z${number}`, config: CONFIG, projectId: project.id }, by()),
      )
    const asked = await desk.write(anna.name, { kind: 'command', name: 'agents', args: project.name })
    await desk.router.handle(asked)
    await base.db
      .update(outbox)
      .set({ parts: [{ ref: 'm1', hash: '' }], state: 'delivered' })
      .where(eq(outbox.key, `cmd:${asked.id}`))
    const [row] = await desk.answersTo(asked)
    const first = cardOf(row && (await desk.draw(row)))
    expect(first.title).toBe(`Agents of ${project.name}`)
    expect(first.footer).toMatch(/^Page 1 of \d$/)
    const next = first.buttons?.flat().find(({ label }) => label === 'Next ›')
    expect(await desk.press(anna.name, next?.action ?? '', { messageRef: 'm1' })).toBeUndefined()
    const [turned] = await desk.answersTo(asked)
    expect(turned?.content).toMatchObject({ args: { project: project.name, page: 2 } })
    expect(cardOf(turned && (await desk.draw(turned))).body).toContain('Z')
    expect(cardOf(await says(`/agents ${project.name} 2`)).footer).toMatch(/^Page 2/)
  })

  test('of a project that is called otherwise suggests the name', async () => {
    const { project } = await desk.project(anna, `store-${serial}`)
    expect(await words(says(`/agents ${project.name}x`))).toContain(`Did you mean \`${project.name}\`?`)
  })
})

describe('/agent NAME', () => {
  test('shows config, capabilities, what its calls of the last 30 days cost, and who changed it last', async () => {
    await base.db.insert(modelCalls).values(
      [1, 40].map((daysAgo) => ({
        agent: planner.name,
        agentId: planner.id,
        model: 'gpt-4.1',
        cost: 0.25,
        durationMs: 1,
        outcome: 'ok',
        at: new Date(desk.clock.now().getTime() - daysAgo * 86_400_000),
      })),
    )
    const card = cardOf(await says(`/agent ${planner.name.toUpperCase()}`))
    const field = (label: string) => card.fields?.find((one) => one.label === label)?.value
    expect(card.body).toBe('> You plan. Small steps.')
    expect(field('Model')).toBe('gpt-4.1')
    expect(field('Good at')).toBe('planning')
    expect(field('Works for')).toBe('everybody')
    expect(field('Version')).toBe(`v1, by ${anna.name}, 12:00 UTC`)
    expect(field('Last 30 days')).toBe('1 call, $0.25')
    expect(card.buttons?.flat().map(({ label }) => label)).toEqual([
      'Edit prompt',
      'Edit config',
      'Disable',
      'History',
      'Test',
    ])
  })

  test('shows a viewer the same without the buttons that are not theirs', async () => {
    const labels = cardOf(await says(`/agent ${planner.name}`, vera))
      .buttons?.flat()
      .map(({ label }) => label)
    expect(labels).toEqual(['Prompt', 'Config', 'History'])
  })

  test('typed wrong is answered with the names there are, the likeliest first', async () => {
    expect(await words(says(`/agent ${planner.name}x`))).toContain(
      `There is no agent “${planner.name}x”. There are: ${planner.name}`,
    )
    expect(await words(says('/agent ~AAAAAAAAAAAAAAAAAAAAAA'))).toContain('no such agent any more')
    expect(await words(says(`/agent hsitory ${planner.name}`))).toContain('Did you mean `/agent history`?')
    expect(await words(says('/agent frobnicate it'))).toContain('I do not know “/agent frobnicate”')
    expect(await words(says('/agent'))).toContain('- `/agent set NAME model=… temperature=0.2`')
  })

  test('finds an agent that only one project has; of several, it asks which', async () => {
    const own = async (name: string, project: string) => {
      const { project: made } = await desk.project(anna, project)
      await base.db.transaction((tx) => createAgent(tx, { name, config: CONFIG, projectId: made.id }, by()))
    }
    const name = named('Poet')
    await own(name, `poems-${serial}`)
    expect(cardOf(await says(`/agent ${name.toLowerCase()}`)).fields).toContainEqual({
      label: 'Works for',
      value: `poems-${serial}`,
    })
    await own(name, `songs-${serial}`)
    expect(await words(says(`/agent ${name}`))).toBe(
      `Several projects have an agent “${name}”. Say which one: poems-${serial}/${name}, songs-${serial}/${name}.`,
    )
  })

  test('finds an agent whose name is also a word', async () => {
    expect(await words(says('/agent clone'))).toContain('/agent clone NAME NEWNAME [PROJECT]')
    const agent = await made('Clone')
    expect(cardOf(await says('/agent clone')).title).toBe('Clone')
    await base.db.delete(agents).where(eq(agents.id, agent.id))
  })
})

describe('what only admins may', () => {
  test.each([
    'set X temperature=0.3',
    'edit X',
    'new',
    'clone X Y',
    'delete X',
    'rollback X 1',
    'enable X',
    'disable X',
    'default X',
  ])('/agent %s is refused to a viewer, and written down', async (line) => {
    expect(await words(says(`/agent ${line.replace('X', planner.name)}`, vera))).toBe(
      'Only admins and owners may do that.',
    )
    expect(await now()).toMatchObject({ version: 1 })
    const tried = await base.db.select().from(auditEntries).where(eq(auditEntries.userId, vera.id))
    expect(tried).toMatchObject([{ action: 'try.agent', result: 'forbidden' }])
  })

  test('a form is refused as well, however it came', async () => {
    expect(await words(desk.fill(vera.name, configForm(1), json({ temperature: 1 })))).toContain(
      'Only admins',
    )
    expect(await words(desk.press(vera.name, configForm(1)))).toContain('Only admins')
    expect(await words(desk.press(vera.name, agentFormAction({ what: 'test', id: planner.id })))).toContain(
      'may not do that',
    )
    expect(await now()).toMatchObject({ version: 1 })
  })
})

describe('/agent set', () => {
  test('changes single fields, says what is different now, and offers the way back', async () => {
    const card = cardOf(
      await says(`/agent set ${planner.name} temperature=0.5 prompt="Plan,  slowly." risk_level=HIGH`),
    )
    expect(card.title).toBe(`${planner.name}: v1 → v2`)
    expect(card.body).toContain('- **temperature**: 0.2 → 0.5')
    expect(card.body).toContain('risk_level**: LOW → HIGH')
    expect(card.body).toContain('-You plan.')
    expect(card.body).toContain('+Plan,  slowly.')
    expect((await now()).config).toMatchObject({ temperature: 0.5, system_prompt: 'Plan,  slowly.' })
    const back = card.buttons?.flat().find(({ label }) => label === 'Back to v1')
    expect(cardOf(await desk.press(anna.name, back?.action ?? '')).title).toBe(`${planner.name}: v2 → v3`)
    expect((await now()).config).toEqual(CONFIG)
  })

  test('with mistakes names each of them with an example, and saves nothing', async () => {
    const answer = await words(says(`/agent set ${planner.name} temperature=-1 tolls=x max_tokens=many`))
    expect(answer).toContain('Nothing was saved, because 3 things are wrong:')
    expect(answer).toContain('`temperature`: must be at least 0, not -1')
    expect(answer).toContain('did you mean tools')
    expect(answer).toContain('`max_tokens`')
    expect(answer.match(/e\.g\. `/g)).toHaveLength(3)
    expect(await now()).toMatchObject({ version: 1, config: CONFIG })
  })

  test('that changes nothing makes no version', async () => {
    expect(await words(says(`/agent set ${planner.name} temperature=0.2`))).toContain('nothing to change')
    expect(await now()).toMatchObject({ version: 1 })
  })

  test.each(['', 'temperature', 'temperature 0.2', 'temperature="0.2'])(
    'without fields (%s) tells how to say it',
    async (rest) => {
      expect(await words(says(`/agent set ${planner.name} ${rest}`))).toContain('Please write it like this')
    },
  )
})

describe('editing the config', () => {
  const ask = async () => (await says(`/agent edit ${planner.name}`))?.ask

  test('begins with what is there, where the platform opens no forms by itself', async () => {
    const asked = await ask()
    expect(asked?.action).toBe(configForm(1))
    expect(JSON.parse(asked?.initial ?? '')).toEqual(CONFIG)
    expect(asked?.prompt).toContain(planner.name)
    expect(await desk.press(anna.name, configForm(1))).toMatchObject({ ask: { initial: asked?.initial } })
    expect(await begins(configForm(1))).toBe(asked?.initial)
    expect(await begins('cmd:/help')).toBeUndefined()
  })

  test('shows nothing to who presses the button in a channel and may not save', async () => {
    expect(await begins(configForm(1), vera.name)).toBeUndefined()
    expect(await begins(configForm(1), 'a stranger')).toBeUndefined()
  })

  test('saves what came back and shows the difference', async () => {
    const card = cardOf(
      await desk.fill(anna.name, configForm(1), `\`\`\`json\n${json({ temperature: 1 })}\n\`\`\``),
    )
    expect(card.body).toBe('- **temperature**: 0.2 → 1')
    expect(await now()).toMatchObject({ version: 2, config: { temperature: 1 } })
    const [version] = await base.db
      .select()
      .from(agentVersions)
      .where(and(eq(agentVersions.agentId, planner.id), eq(agentVersions.version, 2)))
    expect(version).toMatchObject({ actor: anna.name, surface: 'telegram', change: { kind: 'edited' } })
  })

  test('may come in the same message, or as a file with it', async () => {
    expect(cardOf(await says(`/agent edit ${planner.name} ${json({ temperature: 0.4 })}`)).title).toContain(
      'v1 → v2',
    )
    const file = { name: 'config.json', bytes: 9, ref: { text: json({ temperature: 0.6 }) } }
    const row = await desk.write(anna.name, {
      kind: 'command',
      name: 'agent',
      args: `edit ${planner.name}`,
      attachment: file,
    })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    expect(cardOf(answer && (await desk.draw(answer))).body).toBe('- **temperature**: 0.4 → 0.6')
  })

  test('with everything wrong at once says so at once, and begins again with the words that were typed', async () => {
    const typed = json({ temperature: 9, max_tokens: 0 }).replace('"tools"', '"tolls"')
    const again = await desk.fill(anna.name, configForm(1), typed)
    expect(again?.markdown).toContain('Nothing was saved, because 3 things are wrong:')
    expect(again?.ask?.initial).toBe(typed)
    const fixed = (again?.ask?.initial ?? '')
      .replace('9,', '0.9,')
      .replace('tolls', 'tools')
      .replace('"max_tokens":0', '"max_tokens":9')
    expect(cardOf(await desk.fill(anna.name, again?.ask?.action ?? '', fixed)).title).toContain('v1 → v2')
    expect(await now()).toMatchObject({ config: { temperature: 0.9, max_tokens: 9 } })
  })

  test('with what is no JSON says where it stops being that, and keeps the words', async () => {
    const again = await desk.fill(anna.name, configForm(1), '{"temperature": 0.2,,}')
    expect(again?.markdown).toMatch(/this is not JSON: .*position/)
    expect(again?.ask?.initial).toBe('{"temperature": 0.2,,}')
  })

  test('whose field was cut off at the door is not saved, quotes or none', async () => {
    for (const value of ['word', '"two words']) {
      const row = await desk.write(anna.name, {
        kind: 'command',
        name: 'agent',
        args: `set ${planner.name} prompt=${value}`,
        omitted: 5,
      })
      await desk.router.handle(row)
      const [answer] = await desk.answersTo(row)
      expect((answer && (await desk.draw(answer)))?.markdown).toContain('takes it as a file')
    }
    expect(await now()).toMatchObject({ version: 1 })
  })

  test('that was cut off at the door is not saved', async () => {
    const row = await desk.write(anna.name, {
      kind: 'form',
      action: configForm(1),
      text: json({}),
      omitted: 5,
    })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    expect((answer && (await desk.draw(answer)))?.markdown).toContain('Please send it as a file')
    expect(await now()).toMatchObject({ version: 1 })
  })

  test('of two at once: the second is told who changed what, and goes on with both changes in hand', async () => {
    await desk.fill(anna.name, configForm(1), json({ temperature: 0.7 }))
    const late = await desk.fill(
      boris.name,
      configForm(1),
      json({ max_tokens: 500, system_prompt: 'You plan well.' }),
    )
    const { title, body, buttons } = cardOf(late)
    expect(title).toBe(`${planner.name} was changed meanwhile`)
    expect(body).toContain('You began with v1, and it is at v2 now.')
    expect(body).toContain(`${anna.name} changed this`)
    expect(body).toContain('- **temperature**: 0.2 → 0.7')
    expect(buttons?.flat().map(({ label }) => label)).toEqual(['Save mine on top'])
    expect(await now()).toMatchObject({ version: 2, config: { max_tokens: 8_000 } })
    expect(JSON.parse(late?.ask?.initial ?? '')).toEqual({
      ...CONFIG,
      temperature: 0.7,
      max_tokens: 500,
      system_prompt: 'You plan well.',
    })
    const action = late?.ask?.action ?? ''
    expect(await begins(action)).toBe(late?.ask?.initial)
    expect(cardOf(await desk.fill(boris.name, action, late?.ask?.initial ?? '')).title).toContain('v2 → v3')
    expect(await now()).toMatchObject({ config: { temperature: 0.7, max_tokens: 500 } })
  })

  test('of two at once: one press saves both changes; of a field that both changed, the later wins', async () => {
    await desk.fill(anna.name, configForm(1), json({ temperature: 0.7, max_tokens: 700 }))
    const late = await desk.fill(boris.name, configForm(1), json({ temperature: 0.1 }))
    await says(`/agent set ${planner.name} model=gpt-5`)
    const press = () => desk.press(boris.name, cardOf(late).buttons?.[0]?.[0]?.action ?? '')
    const later = await press()
    expect(cardOf(later).body).toContain('- **model**: gpt-4.1 → gpt-5')
    const action = cardOf(later).buttons?.[0]?.[0]?.action ?? ''
    expect(cardOf(await desk.press(boris.name, action)).title).toContain('v3 → v4')
    expect(await now()).toMatchObject({ config: { temperature: 0.1, max_tokens: 700, model: 'gpt-5' } })
    expect(await words(desk.press(vera.name, action))).toContain('Only admins')
  })

  test('of two who want the same, nobody is stopped', async () => {
    await desk.fill(anna.name, configForm(1), json({ temperature: 0.7 }))
    const card = cardOf(await desk.fill(boris.name, configForm(1), json({ temperature: 0.7 })))
    expect(card.title).toBe(`${planner.name}: v1 → v2`)
    expect(await now()).toMatchObject({ version: 2 })
  })

  test('that came as a file and is wrong is asked for again beginning with what is in the file', async () => {
    const typed = json({ temperature: 9 })
    const attachment = { name: 'config.json', bytes: 9, ref: { text: typed } }
    const sent: Parameters<typeof desk.write>[1][] = [
      { kind: 'form', action: configForm(1), text: '', attachment },
      { kind: 'command', name: 'agent', args: `edit ${planner.name}`, attachment },
    ]
    for (const body of sent) {
      const row = await desk.write(anna.name, body)
      await desk.router.handle(row)
      const [answer] = await desk.answersTo(row)
      const again = answer && (await desk.draw(answer))
      expect(again?.markdown).toContain('must be at most 2')
      expect(again?.ask?.initial).toBe(typed)
      expect(await begins(again?.ask?.action ?? '')).toBe(typed)
    }
    expect(await now()).toMatchObject({ version: 1 })
  })

  test('of two at once, by file: one press saves both changes', async () => {
    await desk.fill(anna.name, configForm(1), json({ temperature: 0.7 }))
    const attachment = { name: 'a.json', bytes: 9, ref: { text: json({ max_tokens: 500 }) } }
    const row = await desk.write(boris.name, { kind: 'form', action: configForm(1), text: '', attachment })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    const late = answer && (await desk.draw(answer))
    expect(JSON.parse(late?.ask?.initial ?? '')).toEqual({ ...CONFIG, temperature: 0.7, max_tokens: 500 })
    await desk.press(boris.name, cardOf(late).buttons?.[0]?.[0]?.action ?? '')
    expect(await now()).toMatchObject({ version: 3, config: { temperature: 0.7, max_tokens: 500 } })
  })

  test('of an agent that is gone by then says so', async () => {
    await base.db.delete(agents).where(eq(agents.id, planner.id))
    expect(await words(desk.fill(anna.name, configForm(1), json({})))).toContain('no such agent any more')
    expect(await begins(configForm(1))).toBeUndefined()
  })

  test('a long one comes as a file, too', async () => {
    const long = await made(named('Long'), { ...CONFIG, system_prompt: 'word '.repeat(2_000).trim() })
    const asked = await says(`/agent edit ${long.name}`)
    expect(asked?.file).toMatchObject({ name: `${long.name}-config-v1.json`, mediaType: 'application/json' })
    expect(JSON.parse(new TextDecoder().decode(asked?.file?.data))).toEqual(long.config)
    const shown = await says(`/agent prompt ${long.name}`)
    expect(shown?.file).toMatchObject({ name: `${long.name}-prompt-v1.md`, mediaType: 'text/markdown' })
    expect(cardOf(shown).body).toContain('9,999')
  })
})

describe('editing the prompt', () => {
  test('is plain text in and out', async () => {
    const action = agentFormAction({ what: 'prompt', id: planner.id, version: 1 })
    expect(await desk.press(anna.name, action)).toMatchObject({ ask: { initial: CONFIG.system_prompt } })
    const card = cardOf(await desk.fill(anna.name, action, 'You plan.\nBig steps.'))
    expect(card.body).toContain('-Small steps.\n+Big steps.')
    expect(cardOf(await says(`/agent prompt ${planner.name}`)).body).toBe('```\nYou plan.\nBig steps.\n```')
    expect(cardOf(await says(`/agent prompt ${planner.name} v1`)).body).toBe(
      '```\nYou plan.\nSmall steps.\n```',
    )
    expect(cardOf(await says(`/agent edit ${planner.name} prompt Just plan.`)).title).toContain('v2 → v3')
    expect((await now()).config.system_prompt).toBe('Just plan.')
  })

  test('an empty one is asked for again', async () => {
    const action = agentFormAction({ what: 'prompt', id: planner.id, version: 1 })
    const again = await desk.fill(anna.name, action, ' \n ')
    expect(again?.markdown).toContain('there was no text')
    expect(again?.ask?.action).toBe(action)
  })
})

describe('a new agent', () => {
  const text = (change: object) =>
    JSON.stringify({ name: named('Reviewer'), project: null, ...CONFIG, ...change })

  test('is described from an example, with the name and project that were said', async () => {
    const { project } = await desk.project(anna, `house-${serial}`)
    const asked = await says(`/agent new ${named('Critic')} ${project.name}`)
    const draft = JSON.parse(asked?.ask?.initial ?? '')
    expect(draft).toMatchObject({ name: named('Critic'), project: project.name })
    const card = cardOf(await desk.fill(anna.name, asked?.ask?.action ?? '', asked?.ask?.initial ?? ''))
    expect(card.title).toBe(named('Critic'))
    expect(card.fields).toContainEqual({ label: 'Works for', value: project.name })
    expect(JSON.parse((await says('/agent new'))?.ask?.initial ?? '')).toMatchObject({ project: null })
  })

  test('may be written at once', async () => {
    expect(cardOf(await says(`/agent new ${text({})}`)).title).toBe(named('Reviewer'))
  })

  test('with a bad name, a name that is taken, no such project: told, and the words are kept', async () => {
    for (const [change, told] of [
      [{ name: 'two words' }, 'cannot be an agent'],
      [{ name: planner.name }, 'There is already an agent'],
      [{ project: 'no-such-project' }, 'There is no project'],
      [{ temperature: 'warm' }, 'because one thing is wrong'],
      [{ name: 'two words', temperature: 'warm' }, 'because 2 things are wrong:\n\n- `name`: must have'],
    ] as const) {
      const again = await says(`/agent new ${text(change)}`)
      expect(again?.markdown).toContain(told)
      expect(again?.ask?.initial).toBe(text(change))
    }
  })

  test('may be a copy, also into a project', async () => {
    const { project } = await desk.project(anna, `flat-${serial}`)
    expect(cardOf(await says(`/agent clone ${planner.name} ${named('Twin')}`)).title).toBe(named('Twin'))
    const card = cardOf(await says(`/agent clone ${planner.name} Twin ${project.name}`))
    expect(card.fields).toContainEqual({ label: 'Works for', value: project.name })
    expect(cardOf(await says(`/agent ${project.name}/twin`)).title).toBe('Twin')
    expect(await words(says(`/agent clone ${planner.name} ${named('Twin')}`))).toContain('already an agent')
  })
})

describe('history', () => {
  test('tells who did what; any two versions are compared; any comes back', async () => {
    await says(`/agent set ${planner.name} temperature=0.5`, boris)
    await says(`/agent disable ${planner.name}`)
    const card = cardOf(await says(`/agent history ${planner.name}`))
    expect(card.body?.split('\n')).toEqual([
      `- **3** · 12:00 UTC · ${anna.name} · telegram · disabled`,
      `- **2** · 12:00 UTC · ${boris.name} · telegram · changed temperature`,
      `- **1** · 12:00 UTC · ${anna.name} · telegram · created`,
    ])
    expect(cardOf(await says(`/agent diff ${planner.name}`)).body).toBe('- **is_active**: true → false')
    expect(cardOf(await says(`/agent diff ${planner.name} 1 2`)).body).toBe('- **temperature**: 0.2 → 0.5')
    expect(cardOf(await says(`/agent diff ${planner.name} 3 1`)).body).toContain('0.5 → 0.2')
    expect(cardOf(await says(`/agent rollback ${planner.name} 1`)).title).toContain('v3 → v4')
    expect(await now()).toMatchObject({ config: CONFIG, isActive: false })
    expect(await words(says(`/agent rollback ${planner.name} 99`))).toContain('There is no version 99')
    expect(await words(says(`/agent diff ${planner.name} 1 99`))).toContain('There is no version 99')
    expect(await words(says(`/agent rollback ${planner.name} 4`))).toContain('nothing to change')
  })
})

describe('use and disuse', () => {
  test('the button on the card changes the card, and tells only who pressed', async () => {
    const asked = await desk.write(anna.name, { kind: 'command', name: 'agent', args: planner.name })
    await desk.router.handle(asked)
    await base.db
      .update(outbox)
      .set({ parts: [{ ref: 'c1', hash: '' }], state: 'delivered' })
      .where(eq(outbox.key, `cmd:${asked.id}`))
    const press = await desk.write(anna.name, {
      kind: 'action',
      action: `cmd:/agent disable ~${shortUuid(planner.id)}`,
      messageRef: 'c1',
      receipt: { id: 'click' },
    })
    await desk.router.handle(press)
    const [told] = await desk.answersTo(press)
    expect(told?.content).toMatchObject({ key: 'agent-disabled', onlyToReader: true })
    const [card] = await desk.answersTo(asked)
    expect(card).toMatchObject({ state: 'pending', version: 2 })
    const shown = cardOf(card && (await desk.draw(card)))
    expect(shown.tone).toBe('warning')
    expect(shown.buttons?.flat().map(({ label }) => label)).toContain('Enable')
    expect(await words(says(`/agent enable ${planner.name}`))).toBe(`${planner.name} is in use again.`)
  })

  test('the last one of a role that is needed stays in use, with the reason', async () => {
    const config = { ...CONFIG, metadata: { ...CONFIG.metadata, role: 'tester' as const } }
    const tester = await made(named('Tester'), config)
    const others = (await base.db.select().from(agents).where(eq(agents.role, 'tester'))).filter(
      ({ id, isActive }) => id !== tester.id && isActive,
    )
    for (const { id } of others)
      await base.db.update(agents).set({ isActive: false }).where(eq(agents.id, id))
    expect(await words(says(`/agent disable ${tester.name}`))).toContain(
      'the last one in use with the role tester',
    )
    await desk.command(anna.name, '/lang ru')
    expect(await words(says(`/agent disable ${tester.name}`))).toContain('ролью тестировщик')
  })

  test('one of several is made the default', async () => {
    expect(await words(says(`/agent default ${planner.name}`))).toContain('is the default of its role now')
    expect(await now()).toMatchObject({ isDefault: true })
  })
})

describe('/agent test', () => {
  test('is one answer with tokens, cost and time', async () => {
    expect(await words(says(`/agent test ${planner.name} "how are\nyou?"`))).toBe(
      `You said: how are\nyou?\n\n*${planner.name} · gpt-4.1 · 1,200 tokens in, 34 out · $0.0031 · 1.2 s*`,
    )
  })

  test('of an agent that only reaches for its tools says that', async () => {
    expect(await words(says(`/agent test ${planner.name} work`))).toMatch(
      /^No words: it went straight to its tools \(submit\\?_plan\).*1,200 tokens in/s,
    )
  })

  test('asks for the words where there were none', async () => {
    const asked = await says(`/agent test ${planner.name}`)
    expect(asked?.ask).toMatchObject({ prompt: `What shall I say to ${planner.name}?` })
    expect(asked?.ask?.initial).toBeUndefined()
    expect(await words(desk.fill(anna.name, asked?.ask?.action ?? '', 'hello'))).toContain('You said: hello')
  })
})
