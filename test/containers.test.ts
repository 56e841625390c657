import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadConfig } from '../src/config.ts'
import { environment } from '../src/environment.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const read = (name: string) => readFileSync(pathOf(name), 'utf8')

/** One instruction per entry, continued lines joined. */
const dockerfile = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line))
const argumentsOf = (instruction: string) =>
  dockerfile
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1))

const compose = z
  .strictObject({
    services: z.record(
      z.string(),
      z.looseObject({
        environment: z.record(z.string(), z.string()).optional(),
        volumes: z.array(z.string()),
        healthcheck: z.looseObject({ test: z.tuple([z.literal('CMD')], z.string()) }).optional(),
        depends_on: z
          .record(z.string(), z.strictObject({ condition: z.literal('service_healthy') }))
          .optional(),
      }),
    ),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(read('compose.yaml')))

test('the image runs prorab as an ordinary user and as the first process, so that it hears when it is to stop', () => {
  expect(argumentsOf('USER')).toEqual(['node'])
  const [command] = argumentsOf('CMD')
  const [program, ...args] = z.array(z.string()).parse(JSON.parse(command ?? ''))
  expect(program).toBe('node')
  expect(args.slice(-2)).toEqual(['src/main.ts', 'start'])
  expect(argumentsOf('HEALTHCHECK').join()).toContain('/healthz')
  expect(argumentsOf('EXPOSE')).toEqual([String(loadConfig({}).port)])
})

test('what the image copies exists and is let through by .dockerignore, and nothing else is', () => {
  const copied = argumentsOf('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1))
  const allowed = read('.dockerignore').trim().split('\n')
  expect(allowed[0]).toBe('*')
  expect(new Set(copied)).toEqual(new Set(allowed.slice(1).map((line) => line.slice(1))))
  expect(copied.filter((name) => !existsSync(pathOf(name)))).toEqual([])
})

test('compose gives prorab a configuration it accepts', () => {
  const given = compose.services.app?.environment ?? {}
  expect(Object.keys(environment.shape)).toEqual(expect.arrayContaining(Object.keys(given)))
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace(/\$\{[^}]*\}/, 'letters123')]),
  )
  expect(loadConfig(env)).toMatchObject({
    databaseUrl: 'postgres://prorab:letters123@postgres:5432/prorab',
    redisUrl: 'redis://redis:6379',
    dataDir: '/data',
  })
})

test('compose starts prorab when its services are healthy, and keeps what they store', () => {
  const { app, ...others } = compose.services
  expect(Object.keys(app?.depends_on ?? {}).sort()).toEqual(Object.keys(others).sort())
  for (const service of Object.values(others)) expect(service.healthcheck).toBeDefined()
  const stored = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map((one) => one.split(':')[0]),
  )
  expect(stored.sort()).toEqual(Object.keys(compose.volumes).sort())
})

test('.ci/run is a script that bash can read, and may be executed', () => {
  expect(() => execFileSync('bash', ['-n', pathOf('.ci/run')], { stdio: 'pipe' })).not.toThrow()
  expect(() => execFileSync('test', ['-x', pathOf('.ci/run')])).not.toThrow()
})
