import type { Variable } from '../kind.ts'
import { code, lines } from './code.ts'

export interface ServiceParts {
  /** Modules besides the shared ones: `{ createLinks: './links.js' }`. */
  imports: Record<string, string>
  /** Store variable → file name under DATA_DIR. */
  stores: Record<string, string>
  /** Statements that make the rules out of the stores. */
  rules: string
  /** What `routes({ … })` is given. */
  routes: string
  /** What only the owner may call, when the service has an owner key. */
  ownerOnly: 'writes' | 'everything' | 'all-but-any-method' | 'marked'
}

/** `src/service.js`: the one place that knows all parts of the service. */
export const serviceSource = (
  name: string,
  owner: boolean,
  variables: readonly Variable[],
  parts: ServiceParts,
): string => {
  const protect = owner && parts.ownerOnly !== 'marked'
  const routes = `routes({ ${parts.routes}${owner && !protect ? ', owner' : ''} })`
  const imports: Record<string, string> = {
    json: './http.js',
    routes: './routes.js',
    'createServer, stopServer': './server.js',
    openStore: './store.js',
    ...(owner && { openOwner: './owner.js' }),
    ...parts.imports,
  }
  const sorted = Object.entries(imports).sort(([, a], [, b]) => (a < b ? -1 : 1))
  const options = [
    'dataDir',
    'version',
    ...variables.map(({ option, fallback }) => (fallback ? `${option} = ${fallback}` : option)),
    'now = () => new Date()',
    'log = console.log',
  ]
  const stores = Object.keys(parts.stores)
  return code`
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
${sorted.map(([what, file]) => `import { ${what} } from '${file}'`).join('\n')}

const NAME = '${name}'

/** Puts the parts together. \`now\` and \`log\` are passed in so that tests can move time and stay quiet. */
export function createService(${destructuring(options, 'export function createService() {')}) {
  mkdirSync(dataDir, { recursive: true })
  ${Object.entries(parts.stores)
    .map(([store, file]) => `const ${store} = openStore(join(dataDir, '${file}'))`)
    .join('\n')}
  ${parts.rules}
  ${owner && "const owner = openOwner(join(dataDir, 'owner-key'), ownerKey)"}
  const healthz = () => json(200, { status: 'ok', name: NAME, version })
  const table = ${protect ? `owner.protect(${routes})` : routes}
  const server = createServer({ routes: [['GET', '/healthz', healthz], ...table], log })
  return {
    server,
    async close() {
      await stopServer(server)
      ${stores.map((store) => `${store}.close()`).join('\n')}
    },
  }
}
`
}

/** On one line where that fits, as a formatter would have it. */
const destructuring = (names: string[], around: string): string => {
  const line = `{ ${names.join(', ')} }`
  return line.length + around.length <= 120 ? line : `{\n${names.map((name) => `  ${name},\n`).join('')}}`
}

/** `src/main.js`. */
export const mainSource = code`
import { readConfig } from './config.js'
import { createService } from './service.js'

try {
  const { port, host, ...options } = readConfig(process.env)
  const service = createService(options)
  service.server.once('error', stopWith)
  service.server.listen(port, host, () => {
    const address = \`http://\${host}:\${service.server.address().port}\`
    console.log(JSON.stringify({ time: new Date().toISOString(), listening: address, version: options.version }))
  })
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, async () => {
      await service.close()
      process.exit(0)
    })
} catch (error) {
  stopWith(error)
}

function stopWith(error) {
  console.error(error.message)
  process.exit(1)
}
`

/** `src/config.js`. */
export const configSource = (variables: readonly Variable[]): string => code`
/** The settings, checked before anything starts. Throws an error that names the variable. */
export function readConfig(env) {
  return {
    port: readPort(env.PORT || '3000'),
    host: env.HOST || '127.0.0.1',
    dataDir: env.DATA_DIR || 'data',
    version: env.VERSION || 'dev',
    ${lines(...variables.map(({ name, option, read }) => `${option}: ${read ?? `env.${name}`},`))}
  }
}

function readPort(text) {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new Error(\`PORT must be a number up to 65535, not “\${text}”.\`)
  return port
}

${variables.some(({ name }) => name === 'BASE_URL') && BASE_URL_CHECK}
${variables.some(({ name }) => name === 'RETENTION_DAYS') && RETENTION_CHECK}
`

const BASE_URL_CHECK = code`
/** Where the service is reached from outside, without a slash at the end; undefined when not set. */
function readBaseUrl(text) {
  if (!text) return undefined
  if (!/^https?:\/\/[^/]/.test(text)) throw new Error(\`BASE_URL must start with http:// or https://, not “\${text}”.\`)
  return text.replace(/\/+$/, '')
}
`

const RETENTION_CHECK = code`
function readDays(text) {
  const days = Number(text)
  if (!(days > 0)) throw new Error(\`RETENTION_DAYS must be a number above 0, not “\${text}”.\`)
  return days
}
`
