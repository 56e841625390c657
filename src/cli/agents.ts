import type { Readable, Writable } from 'node:stream'
import { Command } from 'commander'
import type { Config } from '../config.ts'
import type { Transaction } from '../db/client.ts'
import type { AgentConfig } from '../db/shapes/agent.ts'
import { resolveAgent } from '../domain/agents/address.ts'
import { type Agent, listAgents } from '../domain/agents/agents.ts'
import type { ChangedBy } from '../domain/agents/change.ts'
import {
  cloneAgent,
  createAgent,
  deleteAgent,
  disableAgent,
  editAgent,
  enableAgent,
  makeDefault,
  rollbackAgent,
  setAgent,
} from '../domain/agents/change-agent.ts'
import { seedAgents, seedReport } from '../domain/agents/seed.ts'
import { listVersions } from '../domain/agents/versions.ts'
import { agentStatistics } from '../domain/routing/history.ts'
import { AppError } from '../errors.ts'
import { agentSeeds } from '../graph/prompts/seeds.ts'
import { asEdit } from './agents/as-edit.ts'
import { changedMeanwhileText } from './agents/changed-meanwhile-text.ts'
import { compareVersions } from './agents/compare-versions.ts'
import { agentCard, agentJson, agentsTable, historyTable, seedText, versionJson } from './agents/print.ts'
import { projectNamed } from './agents/project-named.ts'
import { readJson, readText } from './agents/read-input.ts'
import { tryAgent } from './agents/try-agent.ts'
import { createSession } from './session.ts'

export interface AgentsOptions {
  config: Config
  input: Readable
  output: Writable
}

/** `prorab agents …`: what an admin can do in chat, for whoever has the machine's command line. */
export const agentsCommand = (options: AgentsOptions): Command => {
  const session = createSession(options)
  const command = new Command('prorab agents')
    .description('See and change the agents: whose prompt and model does what.')
    .addHelpText('after', '\nNAME is an agent of the system, PROJECT/NAME one of a project, ~ID any.')
  const sub = (usage: string, description: string) =>
    command.command(usage).description(description).option('--json', 'as JSON')

  /** One change of one agent, and what became of it. */
  const change = (
    name: string,
    { json }: { json?: boolean },
    work: (tx: Transaction, agent: Agent, by: ChangedBy) => Promise<Agent>,
  ) =>
    session.change(async (tx, by) => {
      const agent = await work(tx, await resolveAgent(tx, name), by)
      await session.say(json ? await agentJson(tx, agent) : await agentCard(tx, agent))
    })

  sub('list [project]', "the system's agents, or those of a project").action(async (project, { json }) =>
    session.open(async (db) => {
      const agents = await listAgents(db, project && (await projectNamed(db, project)).id)
      if (json) return session.say(await Promise.all(agents.map((one) => agentJson(db, one))))
      const statistics = await agentStatistics(
        db,
        agents.map(({ id }) => id),
      )
      await session.say(agentsTable(agents, statistics))
    }),
  )

  sub('show <name>', 'its config, how it did lately, what that cost, and its prompt').action(
    async (name, { json }) =>
      session.open(async (db) => {
        const agent = await resolveAgent(db, name)
        await session.say(json ? await agentJson(db, agent) : await agentCard(db, agent))
      }),
  )

  sub('new <name> [file]', 'a new agent, with the config in a JSON file or from standard input')
    .option('--project <project>', 'an agent of this project')
    .action(async (name, file, { project, json }) => {
      const config = await readJson(file, options.input)
      await session.change(async (tx, by) => {
        const projectId = project ? (await projectNamed(tx, project)).id : null
        const agent = await createAgent(tx, { name, config: asEdit(config).config, projectId }, by)
        await session.say(json ? await agentJson(tx, agent) : await agentCard(tx, agent))
      })
    })

  sub(
    'edit <name> [file]',
    'a new config from a JSON file or standard input; what `show --json` gives will do',
  )
    .option('--prompt', 'the file is the prompt, as it is')
    .option('--base <version>', 'refuse when there is a newer version than this', Number)
    .action(async (name, file, { prompt, base, json }) => {
      const given = prompt
        ? { prompt: await readText(file, options.input) }
        : asEdit(await readJson(file, options.input))
      await change(name, { json }, async (tx, agent, by) => {
        const config = 'prompt' in given ? withPrompt(agent.config, given.prompt) : given.config
        const baseVersion = base ?? ('version' in given ? given.version : undefined) ?? agent.version
        return editAgent(tx, { id: agent.id, baseVersion, config }, by).catch(changedMeanwhileText)
      })
    })

  sub('set <name> <assignments...>', 'single fields: model=… temperature=0.2 metadata.risk_level=LOW').action(
    async (name, words: string[], flags) => {
      const assignments = words.map(asAssignment)
      await change(name, flags, (tx, { id }, by) => setAgent(tx, { id, assignments }, by))
    },
  )

  sub('clone <name> <new-name>', 'a new agent with the config of another')
    .option('--project <project>', 'into this project; into the same without')
    .action(async (name, newName, { project, json }) =>
      change(name, { json }, async (tx, { id }, by) =>
        cloneAgent(
          tx,
          { id, name: newName, ...(project && { projectId: (await projectNamed(tx, project)).id }) },
          by,
        ),
      ),
    )

  sub('test <name> <prompt>', 'one answer of its model, with tokens, cost and time').action(
    async (name, prompt, { json }) =>
      session.open(async (db) =>
        session.say(await tryAgent(db, { config: options.config, name, prompt, json })),
      ),
  )

  sub('delete <name>', 'an agent and its history, for good')
    .option('--yes', 'do it')
    .action(async (name, { yes }) =>
      session.change(async (tx, by) => {
        const { id, name: called } = await resolveAgent(tx, name)
        if (!yes) throw new AppError('invalid', `This deletes ${called} and its history. Add --yes to do it.`)
        await deleteAgent(tx, id, by)
        await session.say(`${called} is deleted.`)
      }),
    )

  sub('history <name>', 'who changed it, when, and what')
    .option('--page <page>', 'ten versions each', Number, 1)
    .action(async (name, { page, json }) =>
      session.open(async (db) => {
        const { versions, hasMore } = await listVersions(db, (await resolveAgent(db, name)).id, { page })
        await session.say(
          json ? versions.map(versionJson) : historyTable(versions, hasMore ? page + 1 : undefined),
        )
      }),
    )

  sub('diff <name> [from] [to]', 'what differs between two versions; the last change without any').action(
    async (name, from, to, { json }) =>
      session.open(async (db) =>
        session.say(await compareVersions(db, await resolveAgent(db, name), { from, to, json })),
      ),
  )

  sub('rollback <name> <version>', 'the config of an earlier version again').action(
    async (name, version, flags) =>
      change(name, flags, (tx, { id }, by) => rollbackAgent(tx, { id, version: Number(version) }, by)),
  )
  sub('enable <name>', 'back into use').action(async (name, flags) =>
    change(name, flags, (tx, { id }, by) => enableAgent(tx, id, by)),
  )
  sub('disable <name>', 'out of use, without deleting it').action(async (name, flags) =>
    change(name, flags, (tx, { id }, by) => disableAgent(tx, id, by)),
  )
  sub('default <name>', 'the first among those of its role').action(async (name, flags) =>
    change(name, flags, (tx, { id }, by) => makeDefault(tx, id, by)),
  )

  sub('seed', 'bring agents that nobody changed up to date with the files in src/graph/prompts')
    .option('--dry-run', 'only say what differs')
    .action(async ({ dryRun, json }) =>
      session.open(async (db) => {
        const report = await (dryRun ? seedReport(db, agentSeeds()) : seedAgents(db, agentSeeds()))
        await session.say(
          json
            ? report.map(({ reference, state, diff }) => ({ reference, state, diff }))
            : seedText(report, dryRun),
        )
      }),
    )
  return command
}

const withPrompt = (config: AgentConfig, prompt: string): AgentConfig => ({
  ...config,
  system_prompt: prompt,
})

/** @throws AppError invalid. */
const asAssignment = (word: string) => {
  const at = word.indexOf('=')
  if (at < 1) throw new AppError('invalid', `${word} is no assignment; write it like temperature=0.2`)
  return { path: word.slice(0, at), value: word.slice(at + 1) }
}
