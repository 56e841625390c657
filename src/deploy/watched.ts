import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../db/client.ts'
import { ensureServiceCheck, pauseServiceCheck, removeServiceCheck } from '../domain/checks/service-checks.ts'
import { currentDeployment } from '../domain/deployments/deployments.ts'
import { findProject, type Project } from '../domain/projects/projects.ts'
import type { Wake } from '../domain/wake.ts'
import type { Deployer, ServiceStatus } from './deployer.ts'

interface WatchedDeps {
  db: Database
  clock: Clock
  wake: Pick<Wake, 'deliver'>
}

/**
 * The same deployer, but what it runs is looked at from then on, and what it stops on purpose alerts nobody (M-8).
 * Doing it again changes nothing, so a process that died between the two catches up when the work is done again.
 */
export const watched = (deployer: Deployer, { db, clock, wake }: WatchedDeps): Deployer => {
  const during = async (work: (tx: Transaction) => Promise<string[]>) => {
    const conversations = await db.transaction(work)
    await Promise.all(conversations.map((id) => wake.deliver(id)))
  }
  const withProject = async (
    name: string,
    work: (tx: Transaction, project: Project) => Promise<string[]>,
  ) => {
    const project = await findProject(db, name)
    if (project) await during((tx) => work(tx, project))
  }
  const watchAgain = async (name: string, status: ServiceStatus): Promise<ServiceStatus> => {
    await withProject(name, async (tx, { id }) => {
      const live = await currentDeployment(tx, id)
      if (live)
        await ensureServiceCheck(tx, { projectId: id, url: live.url, version: live.version }, clock.now())
      return []
    })
    return status
  }
  return {
    ...deployer,
    deploy: async (wish) => {
      const result = await deployer.deploy(wish)
      if (result.ok)
        await during(async (tx) => {
          const { url, version } = result
          await ensureServiceCheck(tx, { projectId: wish.service.projectId, url, version }, clock.now())
          return []
        })
      return result
    },
    stop: async (name, wish) => {
      // First, so that nobody is alerted of what is being done on purpose.
      await withProject(name, (tx, { id }) => pauseServiceCheck(tx, id, clock.now()))
      const status = await deployer.stop(name, wish)
      return status.state === 'stopped' ? status : watchAgain(name, status)
    },
    start: async (name) => watchAgain(name, await deployer.start(name)),
    restart: async (name) => watchAgain(name, await deployer.restart(name)),
    remove: async (name) => {
      await withProject(name, (tx, { id }) => removeServiceCheck(tx, id, clock.now()))
      await deployer.remove(name)
    },
  }
}
