import { createServer, type Server } from 'node:http'
import type { Deployer } from '../../../src/deploy/deployer.ts'
import type { Sandbox } from '../../../src/workers/sandbox.ts'

/** Services that answer their health check and outlive the program, as those below a supervisor do. */
export const createHost = () => {
  const services = new Map<string, string>()
  const servers = new Map<string, Server>()
  const deploy: Deployer['deploy'] = async ({ service, version, port }) => {
    services.set(service.name, version)
    const url = `http://127.0.0.1:${port}`
    if (servers.has(service.name)) return { ok: true, url, version, port }
    const server = createServer((_, response) => {
      response.end(JSON.stringify({ version: services.get(service.name) }))
    })
    servers.set(service.name, server)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return { ok: true, url, version, port }
  }
  const remove: Deployer['remove'] = async (name) => {
    services.delete(name)
    servers.get(name)?.close().closeAllConnections()
    servers.delete(name)
  }
  const status: Deployer['status'] = async (name) => {
    const healthy = services.has(name)
    return { name, state: healthy ? 'running' : 'absent', healthy, restarts: 0 }
  }
  return {
    services,
    deployer: { kind: 'local', deploy, remove, status } as unknown as Deployer,
    close: () => {
      for (const server of servers.values()) server.close().closeAllConnections()
    },
  }
}

/** What the services do in their tests is tried elsewhere. */
export const passing = {
  run: async () => ({
    outcome: 'ok',
    exitCode: 0,
    signal: null,
    output: '# pass 3\n# fail 0\n',
    durationMs: 1,
  }),
} as unknown as Sandbox
