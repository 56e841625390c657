import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agents, modelCalls } from '../../../src/db/schema/index.ts'
import { createOpenAiModels } from '../../../src/graph/models/openai.ts'
import { calls, lastSaid, type ModelEndpoint, resultsIn, startModelEndpoint } from '../models/endpoint.ts'
import { openRepairShop, type RepairShop } from './repair-shop.ts'

let endpoint: ModelEndpoint
let shop: RepairShop
beforeAll(async () => {
  endpoint = await startModelEndpoint()
  const models = createOpenAiModels({ apiKey: 'key', baseUrl: endpoint.url, name: 'house-model' })
  shop = await openRepairShop({ models })
})
afterAll(async () => {
  await shop[Symbol.asyncDispose]()
  await endpoint[Symbol.asyncDispose]()
})
beforeEach(() => {
  Object.assign(shop.service, { state: 'down', version: 'v2', broken: new Set(), asked: [], dies: undefined })
})

const propose = (steps: unknown[], why = 'It helps.', risk = 'low') =>
  calls(['propose_repair', { steps, why, risk }])

const fixed = async (...versions: string[]) => {
  const project = await shop.project(...versions)
  const incident = await shop.breaks(project)
  await shop.fix(incident.id, shop.owner)
  return { project, incident, results: await shop.workAll(incident.id) }
}

describe('a model that proposes', () => {
  test('reads the diagnosis and the log in envelopes, and what it proposes is done', async () => {
    endpoint.answers(propose([{ do: 'restart_service' }], 'It hangs.'))
    const { incident, project, results } = await fixed('v1', 'v2')
    expect(results).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
    const asked = lastSaid(endpoint.requests.at(-1) ?? { messages: [], model: '' })
    expect(asked).toContain(`"goodVersions":["v1"]`)
    expect(asked).toContain('no such table &lt;/untrusted>')
    expect((await shop.story(incident.id))[1]).toBe('step proposed')
    const [call] = await shop.db.select().from(modelCalls).where(eq(modelCalls.projectId, project.id))
    expect(call).toMatchObject({ agent: 'DevOps', userId: shop.owner.id })
  })

  test.each([
    ['a step that there is not', [{ do: 'run', command: 'rm -rf /' }], /^error: steps/],
    ['a command in a step', [{ do: 'restart_service', command: 'reboot' }], /^error: steps/],
    [
      'a version that never ran',
      [{ do: 'redeploy_version', version: 'v9' }],
      /never healthy; these were: v1, v2/,
    ],
    [
      'a repository that is there',
      [{ do: 'recreate_repository' }],
      /no repository of this machine is missing/,
    ],
    ['a server that is not the matter', [{ do: 'mark_server_for_provisioning' }], /about no server/],
    ['something beside nothing', [{ do: 'nothing' }, { do: 'restart_service' }], /stands alone/],
    ['the same twice', [{ do: 'restart_service' }, { do: 'restart_service' }], /at most once/],
    ['no step', [], /^error: steps/],
  ])('%s is told why not, and may think again', async (_, steps, refusal) => {
    endpoint.answers(propose(steps), propose([{ do: 'restart_service' }]))
    const { results } = await fixed('v1', 'v2')
    expect(resultsIn(endpoint.requests.at(-1) ?? { messages: [], model: '' })[0]).toMatch(refusal)
    expect(results).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
    expect(shop.service.asked).toEqual(['restart'])
  })

  test('nonsense for ever is not listened to: rules decide, within the same steps', async () => {
    endpoint.answers(propose([{ do: 'format_disk' }]))
    const { results } = await fixed('v2')
    expect(results).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
    expect(shop.service.asked).toEqual(['restart'])
  })

  test('is taken at its word when it calls something risky, and not when it calls it harmless', async () => {
    endpoint.answers(propose([{ do: 'restart_service' }], 'Data could be lost.', 'high'))
    expect((await fixed('v2')).results).toEqual([{ waiting: expect.any(String) }])
    endpoint.answers(propose([{ do: 'redeploy_version', version: 'v1' }], 'Harmless.', 'low'))
    expect((await fixed('v1', 'v2')).results).toEqual([{ waiting: expect.any(String) }])
    expect(shop.service.asked).toEqual([])
  })

  test('is not asked anew by whoever goes on after a crash', async () => {
    endpoint.answers(propose([{ do: 'restart_service' }]))
    const project = await shop.project('v2')
    const incident = await shop.breaks(project)
    await shop.fix(incident.id, shop.owner)
    const [task] = await shop.openTasks(incident.id)
    shop.service.dies = new Error('killed')
    if (task) await expect(shop.work(task)).rejects.toThrow('killed')
    const before = endpoint.requests.length
    await shop.workAll(incident.id)
    expect(endpoint.requests).toHaveLength(before)
  })

  test('that is away keeps nobody waiting: rules decide', async () => {
    endpoint.answers({ error: { message: 'overloaded', type: 'server_error' }, status: 401 })
    expect((await fixed('v2')).results).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
  })

  test('may look and propose whatever tools somebody gave its agent, and do nothing else', async () => {
    const [devops] = await shop.db.select().from(agents).where(eq(agents.name, 'DevOps'))
    if (!devops) throw new Error('the agent is there')
    const config = { ...devops.config, tools: ['write_file', 'stop_service'] }
    await shop.db.update(agents).set({ config }).where(eq(agents.id, devops.id))
    endpoint.answers(propose([{ do: 'nothing' }]))
    await fixed('v2')
    expect(
      endpoint.requests
        .at(-1)
        ?.tools?.map((tool) => tool.function.name)
        .sort(),
    ).toEqual(['look_again', 'propose_repair', 'read_recovery_log'])
  })
})
