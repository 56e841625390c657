import { z } from 'zod'
import { AGENT_ROLES, type AgentConfig, type AgentRole } from '../../db/shapes/agent.ts'
import { AppError } from '../../errors.ts'
import { COMMON_FIELDS, COMMON_METADATA, ORCHESTRATION_METADATA } from './config-fields.ts'
import { type ConfigProblem, describeIssue } from './config-problems.ts'

/** One role's config: what every role has, and `extra` in its metadata. Unknown keys are refused. */
const configOf = <Role extends AgentRole, Extra extends z.ZodRawShape>(
  role: Role,
  duty: string,
  extra: Extra,
) =>
  z
    .strictObject({
      ...COMMON_FIELDS,
      metadata: z.strictObject({
        role: z.literal(role).meta({ description: 'What it is.', examples: [role] }),
        ...COMMON_METADATA,
        ...extra,
      }),
    })
    .meta({ description: duty })

/**
 * The validator of each role, discriminated by `metadata.role`. A new role is a line here and one in
 * `AGENT_ROLES`. The descriptions become docs/agents.md and docs/agent-config.schema.json.
 */
export const agentConfigs = {
  architect: configOf('architect', 'Turns a request into a plan: tasks, files, endpoints, cost.', {}),
  orchestrator: configOf(
    'orchestrator',
    'Decides which agent does what, and which plans a person has to see first.',
    ORCHESTRATION_METADATA,
  ),
  code: configOf('code', 'Writes the code of a project and its tests, and repairs what fails.', {}),
  ask: configOf('ask', 'Answers questions about a project.', {}),
  debug: configOf('debug', 'Finds out why something does not work, and proposes the smallest repair.', {}),
  custom: configOf(
    'custom',
    'Whatever its prompt makes of it; answers who addresses it.',
    ORCHESTRATION_METADATA,
  ),
  product_owner: configOf('product_owner', 'Talks with people, and starts the work they ask for.', {}),
  brainstorm: configOf('brainstorm', 'Finds the questions whose answers change a plan the most.', {}),
  zavhoz: configOf('zavhoz', 'Says what a project needs to run: place, repository, secrets.', {}),
  tester: configOf('tester', 'Runs the tests and reads what they say.', {}),
  devops: configOf('devops', 'Puts verified work online and checks that it answers.', {}),
} as const satisfies { [Role in AgentRole]: z.ZodType<AgentConfig> }

/** More come from something that was never meant as a config. */
const SHOWN_PROBLEMS = 50

/**
 * A config as it is stored, with the defaults filled in.
 * @param besides what is wrong with what came along; told with the rest, and nothing to fail for by itself.
 * @throws AppError invalid that lists every problem: where, what is wrong, an example. Nothing is to be saved then.
 */
export const parseAgentConfig = (value: unknown, besides: readonly ConfigProblem[] = []): AgentConfig => {
  const parsed = validatorFor(value).safeParse(value)
  if (parsed.success) return parsed.data
  const problems = [...besides, ...configProblems(value)]
  const shown = problems.slice(0, SHOWN_PROBLEMS)
  const list = shown.map(({ path, problem, example }) => `- \`${path}\`: ${problem}, e.g. \`${example}\``)
  if (problems.length > SHOWN_PROBLEMS) list.push(`- … and ${problems.length - SHOWN_PROBLEMS} more`)
  throw new AppError('invalid', `the config has ${problems.length} problem(s):\n${list.join('\n')}`, {
    userMessage: {
      key: 'agent-config-invalid',
      // Structured, because each reader has a language of their own; arguments of texts are flat.
      args: { count: problems.length, problems: JSON.stringify(shown) },
    },
  })
}

/** Everything that is wrong with a config, in the order of its fields; empty for a good one. */
export const configProblems = (value: unknown): ConfigProblem[] => {
  const role = roleIn(value)
  const validator = validatorFor(value)
  const { error } = validator.safeParse(value)
  const problems = (error?.issues ?? []).flatMap((issue) => describeIssue(issue, validator, value))
  // Without a role the rest is held to what every role has: one look tells all there is to repair.
  return role ? problems : problems.map((one) => (one.path === 'metadata.role' ? unknownRole(value) : one))
}

const validatorFor = (value: unknown) => agentConfigs[roleIn(value) ?? 'custom']

const roleIn = (value: unknown): AgentRole | undefined => {
  const role = (value as { metadata?: { role?: unknown } | null } | null | undefined)?.metadata?.role
  return AGENT_ROLES.find((one) => one === role)
}

const unknownRole = (value: unknown): ConfigProblem => {
  const roles = AGENT_ROLES.join(', ')
  return {
    path: 'metadata.role',
    problem: `${hasRole(value) ? 'is no role' : 'is missing'}; the roles are ${roles}`,
    text: { key: hasRole(value) ? 'config-no-role' : 'config-role-missing', args: { roles } },
    example: '"custom"',
  }
}

const hasRole = (value: unknown) => (value as { metadata?: { role?: unknown } }).metadata?.role !== undefined
