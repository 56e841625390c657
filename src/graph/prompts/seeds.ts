import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseAgentConfig } from '../../domain/agents/config.ts'
import type { AgentSeed, AgentSeeds } from '../../domain/agents/seed.ts'

const fields = z.record(z.string(), z.unknown())

/** An agent in defaults.json: what differs from `common`, and the file its prompt is in. */
const agent = z
  .object({
    name: z.string(),
    prompt: z.string(),
    isDefault: z.boolean().default(false),
    metadata: fields,
  })
  .catchall(z.unknown())

const defaults = z.strictObject({
  common: z.object({ metadata: fields }).catchall(z.unknown()),
  system: z.array(agent),
  starterPack: z.array(agent),
})

/**
 * The agents as the files in this folder have them: models, temperatures, tools and metadata from defaults.json, each
 * prompt from its own file. The table is seeded from them; nothing reads them again while it works.
 * @throws AppError invalid when the files do not make good configs.
 */
export const agentSeeds = (): AgentSeeds => {
  const { common, system, starterPack } = defaults.parse(JSON.parse(readText('defaults.json')))
  const seed = ({ name, prompt, isDefault, metadata, ...own }: z.infer<typeof agent>): AgentSeed => {
    const config = parseAgentConfig({
      ...common,
      ...own,
      system_prompt: readPrompt(prompt),
      metadata: { ...common.metadata, ...metadata },
    })
    return { name, role: config.metadata.role, config, isDefault }
  }
  return { system: system.map(seed), starterPack: starterPack.map(seed) }
}

export const readPrompt = (file: string): string => readText(file).trim()

const readText = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
