import fc from 'fast-check'
import { expect, test } from 'vitest'
import { USER_ROLES } from '../../../src/db/schema/users.ts'
import { type Action, can, PERMISSIONS } from '../../../src/domain/users/permissions.ts'
import { offeredTools, toolsOf } from '../../../src/graph/tools/gate.ts'
import type { ToolRisk } from '../../../src/graph/tools/tool.ts'
import { agentWith, toolNamed } from '../nodes/kit.ts'

const RISKS: ToolRisk[] = ['LOW', 'MEDIUM', 'HIGH']
const risk = fc.constantFrom(...RISKS)
const permission = fc.option(fc.constantFrom(...(Object.keys(PERMISSIONS) as Action[])), { nil: undefined })
const name = fc.constantFrom('a', 'b', 'c', 'd')
const tools = fc
  .uniqueArray(fc.record({ name, risk, permission }), { selector: (one) => one.name })
  .map((all) => all.map(({ name, ...traits }) => toolNamed(name, undefined, traits)))
const person = fc.option(
  fc.constantFrom(...USER_ROLES).map((role) => ({ id: 'me', name: 'Me', role, lang: 'en' as const })),
  { nil: undefined },
)

test('an agent has exactly the tools its config names, up to its risk level', () => {
  fc.assert(
    fc.property(tools, fc.uniqueArray(name), risk, (all, named, level) => {
      const allowed = RISKS.slice(0, RISKS.indexOf(level) + 1)
      expect(toolsOf(agentWith(named, level), all)).toEqual(
        all.filter(
          (tool) => agentWith(named).config.tools.includes(tool.name) && allowed.includes(tool.risk),
        ),
      )
    }),
  )
})

test('nobody is offered by an agent what they could not do to a project of their own', () => {
  fc.assert(
    fc.property(tools, fc.uniqueArray(name), risk, person, (all, named, level, me) => {
      const agent = agentWith(named, level)
      const offered = offeredTools(agent, all, me)
      for (const tool of toolsOf(agent, all)) {
        const may = !tool.permission || (me !== undefined && can(me, tool.permission, { ownerId: me.id }))
        expect(offered.includes(tool)).toBe(may)
      }
      expect(toolsOf(agent, all)).toEqual(expect.arrayContaining(offered))
    }),
  )
})
