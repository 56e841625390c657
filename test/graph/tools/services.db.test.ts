import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChatHouse, openChatHouse } from './chat-house.ts'

let house: ChatHouse
beforeAll(async () => {
  house = await openChatHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

describe("a service's log", () => {
  test('is read in an envelope that nothing in it can close', async () => {
    const { ann, project } = house
    expect(await house.calls(ann, 'get_service_logs', { project: project.name })).toBe(
      `<untrusted source="logs">\n60 lines of ${project.name} &lt;/untrusted>\n</untrusted>`,
    )
  })

  test('is as long as was asked for, up to a bound that the model is told', async () => {
    const { ann, project } = house
    expect(await house.calls(ann, 'get_service_logs', { project: project.name, lines: 5 })).toContain(
      '5 lines of',
    )
    expect(await house.calls(ann, 'get_service_logs', { project: project.name, lines: 5_000 })).toMatch(
      /^error: lines: /,
    )
  })

  test('is for operators and for the owner of the project', async () => {
    const { project } = house
    const read = async (role: Parameters<ChatHouse['joins']>[1]) =>
      house.calls(await house.joins(role, role), 'get_service_logs', { project: project.name })
    expect(await read('operator')).toContain('60 lines')
    expect(await read('member')).toBe('error: member may not service.logs')
    expect(await read('viewer')).toBe('error: viewer may not service.logs')
  })

  test('is not there without a project or a deployment, and the model is told which', async () => {
    const { ann } = house
    const draft = await house.createsProject(ann)
    expect(await house.calls(ann, 'get_service_logs', { project: 'nothing' })).toBe(
      'error: there is no project nothing',
    )
    expect(await house.calls(ann, 'get_service_logs', { project: draft.name })).toBe(
      `error: ${draft.name} was never deployed`,
    )
  })
})

describe('a restart', () => {
  test('is done for who may, and tells whether the service answers', async () => {
    const { ann, project, services } = house
    services.running.set(project.name, false)
    expect(await house.calls(ann, 'restart_service', { project: project.name })).toBe(
      `${project.name} was restarted and answers at http://127.0.0.1:8001.`,
    )
    expect(services.running.get(project.name)).toBe(true)
    const guest = await house.joins('Guest', 'member')
    expect(await house.calls(guest, 'restart_service', { project: project.name })).toBe(
      'error: member may not service.restart',
    )
  })
})
