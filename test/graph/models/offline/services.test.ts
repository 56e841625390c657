import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KINDS } from '../../../../src/graph/models/offline/kinds/index.ts'
import { planService } from '../../../../src/graph/models/offline/plan.ts'
import { MANIFEST, readManifest, SERVICE_KINDS } from '../../../../src/graph/models/offline/spec.ts'
import { writeService } from '../../../../src/graph/models/offline/write.ts'
import { featureSets, runOwnTests, specOf, temporaryFolder, writeTo } from './workshop.ts'

const EVERY = SERVICE_KINDS.flatMap((kind) =>
  featureSets(kind).map((features) => ({ kind, features, label: `${kind} [${features.join(' ')}]` })),
)

describe('the tests that come with a service pass', { timeout: 120_000 }, () => {
  test.concurrent.each(SERVICE_KINDS)(
    'for a %s with no feature, each feature alone, and all of them',
    async (kind) => {
      using folder = temporaryFolder()
      const writable = join(folder.path, 'writable')
      mkdirSync(writable)
      for (const features of featureSets(kind))
        writeTo(join(folder.path, 'all', features.join('+') || 'plain'), writeService(specOf(kind, features)))
      const { code, output } = await runOwnTests(join(folder.path, 'all'), writable)
      expect(code === 0 ? '' : output).toBe('')
      expect(Number(/(?:ℹ|#) pass (\d+)/.exec(output)?.[1])).toBeGreaterThan(featureSets(kind).length * 15)
    },
  )

  test.concurrent.each(SERVICE_KINDS)('after every task of the plan of a %s', async (kind) => {
    using folder = temporaryFolder()
    const repository = join(folder.path, 'repository')
    const writable = join(folder.path, 'writable')
    mkdirSync(writable)
    const plan = planService(specOf(kind, featureSets(kind).at(-1) ?? []))
    const files = writeService(plan.spec)
    for (const task of plan.tasks) {
      writeTo(repository, Object.fromEntries(task.files.map((path) => [path, files[path] ?? ''])))
      if (!task.files.some((path) => path.startsWith('test/'))) continue
      const { code, output } = await runOwnTests(repository, writable)
      expect({ task: task.id, output: code === 0 ? '' : output }).toEqual({ task: task.id, output: '' })
    }
  })
})

test('what is written is formatted, imports nothing in vain and leaves nothing unused', {
  timeout: 60_000,
}, () => {
  using folder = temporaryFolder()
  for (const [index, { kind, features }] of EVERY.entries())
    writeTo(join(folder.path, `service-${index}`), writeService(specOf(kind, features)))
  writeFileSync(join(folder.path, 'biome.json'), JSON.stringify(STYLE))
  const folders = EVERY.flatMap((_, index) => [`service-${index}/src`, `service-${index}/test`])
  const report = execFileSync(
    resolve('node_modules/.bin/biome'),
    ['check', '--reporter=json', '--error-on-warnings', ...folders],
    { cwd: folder.path, encoding: 'utf8', stdio: 'pipe' },
  )
  expect(JSON.parse(report).summary).toMatchObject({ errors: 0, warnings: 0 })
  expect(JSON.parse(report).summary.unchanged).toBeGreaterThan(EVERY.length * 15)
})

const STYLE = {
  root: true,
  formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 120 },
  javascript: { formatter: { quoteStyle: 'single', semicolons: 'asNeeded', trailingCommas: 'all' } },
  linter: {
    rules: {
      correctness: {
        noUnusedImports: 'error',
        noUnusedVariables: 'error',
        noUnusedFunctionParameters: 'error',
      },
    },
  },
}

describe('a written repository', () => {
  test.each(EVERY)(
    'of $label tells what it is, depends on nothing, and mentions only features it has',
    ({ kind, features }) => {
      const spec = specOf(kind, features)
      const files = writeService(spec)
      expect(readManifest(files[MANIFEST] ?? '')).toEqual(spec)
      const { dependencies, devDependencies } = JSON.parse(files['package.json'] ?? '{}')
      expect([dependencies, devDependencies]).toEqual([undefined, undefined])
      for (const [path, content] of Object.entries(files)) {
        expect(path).toMatch(/^(?!.*\.\.)[\w.-]+(\/[\w.-]+)?$/)
        expect(content.endsWith('\n') && !content.endsWith('\n\n'), path).toBe(true)
        for (const [, from] of content.matchAll(/from '([^']+)'/g)) expect(from).toMatch(/^(node:|\.\.?\/)/)
        if (path !== 'src/main.js') expect(content, path).not.toContain('process.env')
      }
      for (const { path } of KINDS[kind].endpoints(spec)) expect(files['README.md']).toContain(`\`${path}\``)
    },
  )

  test('is the same every time', () => {
    for (const { kind, features } of EVERY)
      expect(writeService(specOf(kind, features))).toEqual(writeService(specOf(kind, features)))
  })

  test('of a service with one feature differs in code, README and tests from one without', () => {
    for (const { kind, features } of EVERY.filter(({ features: some }) => some.length === 1)) {
      const plain = writeService(specOf(kind, []))
      const changed = Object.entries(writeService(specOf(kind, features)))
        .filter(([path, content]) => plain[path] !== content)
        .map(([path]) => path)
      expect(changed, features.join()).toContain('README.md')
      expect(
        changed.some((path) => path.startsWith('src/')),
        features.join(),
      ).toBe(true)
      expect(
        changed.some((path) => path.endsWith('.test.js')),
        features.join(),
      ).toBe(true)
    }
  })

  test('keeps a hostile title as text everywhere', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder()
    const title = `\`\${process.exit(3)}\` ' " \\ </title><script> */ // -->`
    const writable = join(folder.path, 'writable')
    mkdirSync(writable)
    for (const kind of SERVICE_KINDS) {
      const spec = { ...specOf(kind, featureSets(kind).at(-1) ?? []), title }
      writeTo(join(folder.path, 'all', kind), writeService(spec))
    }
    const { code, output } = await runOwnTests(join(folder.path, 'all'), writable)
    expect(code === 0 ? '' : output).toBe('')
  })
})
