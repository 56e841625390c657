import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { pagePerson, SETTLE_INTERVAL_MS, settlePages } from '../domain/alerting/index.ts'
import { whoIsOnCall } from '../domain/oncall/who-is-on-call.ts'
import type { Inventory } from '../domain/servers/inventory.ts'
import { runSyncJob, type SyncJobDeps, type SyncWork } from '../domain/sync/run-sync-job.ts'
import { createLocalSource } from '../forges/listing-local.ts'
import { createEscalation, ESCALATION_INTERVAL_MS } from '../jobs/escalation.ts'
import { createGithubSync, createGithubWebhooks, GITHUB_WEBHOOKS_MS } from '../jobs/github-sync.ts'
import { createHealthChecker, HEALTH_CHECKER_MS } from '../jobs/health-checker.ts'
import { createLocalSync, LOCAL_SYNC_MS } from '../jobs/local-sync.ts'
import { createOnCallJob, ON_CALL_INTERVAL_MS } from '../jobs/on-call.ts'
import { createProvisionerTrigger, PROVISIONER_TRIGGER_MS } from '../jobs/provisioner-trigger.ts'
import type { Schedule } from '../jobs/schedules.ts'
import { createServerSync, SERVER_SYNC_MS } from '../jobs/server-sync.ts'
import { createWatchdog, WATCHDOG_INTERVAL_MS } from '../jobs/watchdog.ts'
import { createHostResolver } from '../workers/checks/resolve-host.ts'
import { readSshKey } from '../workers/checks/ssh-key.ts'

const POSTGRES_PORT = 5432
const REDIS_PORT = 6379

/**
 * What happens by itself, and with what (M-4). Only a process with the role `sync` asks for this, and so only it needs
 * the key to the servers.
 *
 * @throws AppError misconfigured for a key that cannot be used.
 */
export const createSchedules = async (
  deps: SyncJobDeps,
  { config, databaseUrl, port }: { config: Config; databaseUrl: string; port: number },
): Promise<Schedule[]> => {
  const { db, clock, wake } = deps
  const keyFile = config.servers.sshKey
  const sshKey = keyFile ? await readSshKey(keyFile) : undefined
  const page = { whoIsOnCall, page: pagePerson }
  const escalation = createEscalation({ ...deps, ...page })
  const watchdog = createWatchdog({ ...deps, ...page, deadManUrl: config.deadManUrl })
  const settle: SyncWork = async () => {
    const conversations = await settlePages(db, clock.now())
    await Promise.all(conversations.map((id) => wake.deliver(id)))
    return {}
  }
  const job = (name: string, everyMs: number, work: SyncWork): Schedule => ({
    name,
    everyMs,
    run: () => runSyncJob(deps, name, everyMs, work),
  })
  return [
    ...(await repositorySyncs(deps, config)),
    job('escalation', ESCALATION_INTERVAL_MS, async (signal) => ({ ...(await escalation(signal)) })),
    job('watchdog', WATCHDOG_INTERVAL_MS, async (signal) => ({ ...(await watchdog(signal)) })),
    job('pages', SETTLE_INTERVAL_MS, settle),
    { name: 'on_call', everyMs: ON_CALL_INTERVAL_MS, run: createOnCallJob(deps) },
    {
      name: 'health_checker',
      everyMs: HEALTH_CHECKER_MS,
      run: createHealthChecker({
        ...deps,
        resolve: createHostResolver(),
        ownEndpoints: [
          endpoint(databaseUrl, POSTGRES_PORT, "prorab's own database"),
          ...(config.redisUrl ? [endpoint(config.redisUrl, REDIS_PORT, "prorab's own Redis")] : []),
          { host: '127.0.0.1', port, what: "prorab's own port" },
        ],
        sshKey,
      }),
    },
    {
      name: 'server_sync',
      everyMs: SERVER_SYNC_MS,
      run: createServerSync({
        ...deps,
        inventories: await inventoriesOf(config, clock),
      }),
    },
    {
      name: 'provisioner_trigger',
      everyMs: PROVISIONER_TRIGGER_MS,
      run: createProvisionerTrigger({ ...deps, hasSshKey: sshKey !== undefined }),
    },
  ]
}

/** Loaded only where they are configured: most installations have none. */
const inventoriesOf = async (
  { servers: { inventory, hetzner } }: Config,
  clock: Clock,
): Promise<Inventory[]> => {
  const inventories: Inventory[] = []
  if (inventory) {
    const { createAnsibleInventory } = await import('../deploy/inventory/ansible.ts')
    inventories.push(createAnsibleInventory(inventory))
  }
  if (hetzner) {
    const { createHetznerInventory } = await import('../deploy/inventory/hetzner.ts')
    inventories.push(createHetznerInventory({ ...hetzner, clock }))
  }
  return inventories
}

/** The repositories of this machine, and those of the organisation where one is named. */
const repositorySyncs = async (deps: SyncJobDeps, { dataDir, github }: Config): Promise<Schedule[]> => {
  const { clock, log } = deps
  const local: Schedule = {
    name: 'local_sync',
    everyMs: LOCAL_SYNC_MS,
    run: createLocalSync({ ...deps, source: createLocalSource({ dataDir, clock }) }),
  }
  if (!github) return [local]
  const { createGithubSource } = await import('../forges/github.ts')
  const source = createGithubSource({ ...github, clock, log })
  const sync = { ...deps, source, intervalMs: github.syncMs }
  return [
    local,
    { name: 'github_sync', everyMs: github.syncMs, run: createGithubSync(sync) },
    { name: 'github_webhooks', everyMs: GITHUB_WEBHOOKS_MS, run: createGithubWebhooks(sync) },
  ]
}

const endpoint = (address: string, usual: number, what: string) => {
  const { hostname, port } = new URL(address)
  return { host: hostname, port: Number(port) || usual, what }
}
