import type { Transaction } from '../../db/client.ts'
import { agents } from '../../db/schema/index.ts'
import { recordVersions, SYSTEM } from './change.ts'
import type { AgentSeed } from './seed.ts'

/** gives a new project its own agents; part of the transaction that creates it. */
export const createStarterPack = async (
  tx: Transaction,
  projectId: string,
  seeds: readonly AgentSeed[],
): Promise<void> => {
  if (seeds.length === 0) return
  const made = await tx
    .insert(agents)
    .values(
      seeds.map(({ name, role, config, isDefault = false }) => ({
        name,
        role,
        config,
        seeded: config,
        isDefault,
        projectId,
      })),
    )
    .returning()
  await recordVersions(tx, made, { kind: 'seeded' }, SYSTEM)
}
