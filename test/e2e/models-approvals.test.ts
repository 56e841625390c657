import { expect, test } from 'vitest'
import { calls, lastSaid, resultsIn } from '../graph/models/endpoint.ts'
import { AGENTS, approves, openModelsHouse, plays, USAGE, VISITS, writes } from './models-house.ts'

const WORK = { intent: 'new_project', project: 'visits', title: 'Visits', request: 'count visits' }

test('what a model cannot take back is done when a person presses the button, and not before', async () => {
  await using house = await openModelsHouse()
  const { telegram, endpoint, ann } = house
  const offered = new Set<string>()
  endpoint.plays(AGENTS.productOwner, (request) => {
    for (const tool of request.tools ?? []) offered.add(tool.function.name)
    const said = lastSaid(request)
    if (resultsIn(request).length > 0) return { content: 'As you wish.', usage: USAGE }
    const call = /offline/.test(said)
      ? calls(['stop_service', { project: 'visits' }])
      : /away with/.test(said)
        ? calls(['delete_project', { project: 'visits' }])
        : calls(['create_project_intent', WORK])
    return { ...call, usage: USAGE }
  })
  plays(endpoint, {
    intents: [],
    plans: [
      [
        /count visits/,
        { summary: 'Counts visits.', tasks: [{ id: 't1', title: 'Count', files: Object.keys(VISITS) }] },
      ],
    ],
    work: [[/Your task:/, [calls(...writes(VISITS), ['run_tests', {}]), { content: 'Count visits' }]]],
  })
  await approves(
    house,
    'Approve',
    await house.hears('count visits', ({ buttons }) => buttons.includes('Approve')),
  )
  const done = await telegram.waitForMessage(/visits is active/, { chat: ann.id, limitMs: 120_000 })
  const url = done.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? ''
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  expect(offered).toContain('stop_service')

  const stop = await house.hears('take it offline', ({ buttons }) => buttons.includes('Allow'))
  expect(stop.text).toContain('stop_service')
  expect(await answers()).toBe(true)
  await approves(house, 'Allow', stop)
  await telegram.waitForMessage(/visits is offline now/, { chat: ann.id, after: stop })
  expect(await answers()).toBe(false)

  const card = await house.hears('away with it', ({ buttons }) => buttons.includes('Delete'))
  await approves(house, 'Delete', card)
  await telegram.waitForMessage(/visits is deleted/, { chat: ann.id, after: card })
  // What the model says last may come in between.
  expect((await house.hears('/projects', house.t('projects-title'))).text).not.toContain('visits')
})
