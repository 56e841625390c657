import { expect, test } from 'vitest'
import { TOOL_NAMES } from '../../../src/db/shapes/tool-names.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { toolsOf } from '../../../src/graph/tools/gate.ts'
import { ALL_TOOLS } from '../../../src/graph/tools/registry.ts'
import { type AgentTool, toolDefinition } from '../../../src/graph/tools/tool.ts'
import { agentWith } from '../nodes/kit.ts'

const all = ALL_TOOLS as readonly AgentTool[]

test('the names that configs may use are those of the tools there are, each once', () => {
  expect(all.map(({ name }) => name).sort()).toEqual([...TOOL_NAMES].sort())
})

test('every tool that cannot be taken back asks by a card of its own, or says what it did once approved', () => {
  const high = all.filter(({ risk }) => risk === 'HIGH')
  expect(high.length).toBeGreaterThan(0)
  for (const { name, permission, project, asksItself, tells } of high) {
    expect(permission, name).toBeDefined()
    expect(project, name).toBeDefined()
    expect(asksItself || tells, name).toBeTruthy()
  }
})

test('no tool that changes something runs beside others', () => {
  const together = all.filter(({ exclusive }) => !exclusive).map(({ name }) => name)
  expect(together.sort()).toEqual([
    'ask_questions',
    'get_incident',
    'get_project_status',
    'get_service_logs',
    'list_active_incidents',
    'list_files',
    'list_projects',
    'look_again',
    'read_file',
    'read_recovery_log',
  ])
})

test.each(all.map((tool) => ({ name: tool.name, tool })))(
  '$name can be described to an endpoint',
  ({ tool }) => {
    const { parameters, name, description } = toolDefinition(tool).function
    expect(parameters.type).toBe('object')
    expect(name).toMatch(/^[a-z_]{1,64}$/)
    expect(description.length).toBeGreaterThan(20)
  },
)

test('an agent that is seeded with a tool may use it: its risk level is high enough', () => {
  const { system, starterPack } = agentSeeds()
  for (const { name, config } of [...system, ...starterPack]) {
    const has = toolsOf(agentWith(config.tools, config.metadata.risk_level), all)
    expect(has.map((tool) => tool.name).sort(), name).toEqual([...config.tools].sort())
  }
})
