import { describe, expect, test } from 'vitest'
import { runPlan } from '../../../../src/domain/runs/plan.ts'
import {
  planChange,
  planService,
  reviseSpec,
  type ServicePlan,
} from '../../../../src/graph/models/offline/plan.ts'
import { type Feature, SERVICE_KINDS, type ServiceSpec } from '../../../../src/graph/models/offline/spec.ts'
import { writeService } from '../../../../src/graph/models/offline/write.ts'
import { featureSets, specOf } from './workshop.ts'

const NOTHING = { add: [], remove: [], fields: [] }
const changeOf = (spec: ServiceSpec, add: Feature[]): ServicePlan => {
  const plan = planChange(spec, { ...NOTHING, add })
  if ('unsupported' in plan) throw new Error(plan.unsupported.en)
  return plan
}

describe('the plan of a new service', () => {
  test.each(SERVICE_KINDS)(
    'of a %s has two to five tasks, and every file is in exactly one of them',
    (kind) => {
      for (const features of featureSets(kind)) {
        const plan = planService(specOf(kind, features))
        expect(plan.tasks.length).toBeGreaterThanOrEqual(2)
        expect(plan.tasks.length).toBeLessThanOrEqual(5)
        expect(plan.tasks.flatMap(({ files }) => files).sort()).toEqual(
          Object.keys(writeService(plan.spec)).sort(),
        )
        for (const { title, commit, files } of plan.tasks) {
          expect(files.length).toBeGreaterThan(0)
          for (const text of [title.en, title.ru, commit]) expect(text).not.toBe('')
          expect(commit.length).toBeLessThanOrEqual(72)
        }
        expect(plan.endpoints.at(-1)).toMatchObject({ method: 'GET', path: '/healthz' })
      }
    },
  )

  test.each(SERVICE_KINDS)('of a %s fits onto a plan card in both languages', (kind) => {
    for (const language of ['en', 'ru'] as const) {
      const plan = planService(specOf(kind, featureSets(kind).at(-1) ?? []))
      runPlan.parse({
        summary: plan.summary[language],
        tasks: plan.tasks.map(({ id, title, files }) => ({ id, title: title[language], files })),
        endpoints: plan.endpoints.map(({ method, path }) => `${method} ${path}`),
        estimatedCost: plan.estimatedCost,
        target: 'this machine',
        notes: plan.outOfScope.map((note) => note[language]),
        spec: plan.spec,
      })
    }
  })

  test('names what was asked for', () => {
    const plan = planService(specOf('url-shortener', ['statistics', 'expiry']))
    expect(plan.summary.en).toContain('click statistics, expiry dates')
    expect(plan.summary.ru).toContain('статистика переходов, срок действия')
    expect(plan.endpoints.map(({ path }) => path)).toContain('/api/links/:slug/stats')
  })

  test('can be revised before it is built, in both directions', () => {
    const spec = specOf('url-shortener', ['statistics'])
    expect(reviseSpec(spec, { ...NOTHING, add: ['expiry'], remove: ['statistics'] }).features).toEqual([
      'expiry',
    ])
    expect(reviseSpec(spec, { ...NOTHING, add: ['likes'] }).features).toEqual(['statistics'])
  })
})

describe('the plan of a change', () => {
  test('writes only what differs, and ends with the same files as a service made that way', () => {
    for (const kind of SERVICE_KINDS)
      for (const [feature] of featureSets(kind).filter((features) => features.length === 1)) {
        if (!feature) continue
        const before = specOf(kind, [])
        const plan = changeOf(before, [feature])
        const after = writeService(plan.spec)
        const planned = plan.tasks.flatMap(({ files }) => files)
        expect(new Set(planned).size).toBe(planned.length)
        const applied = {
          ...writeService(before),
          ...Object.fromEntries(planned.map((path) => [path, after[path]])),
        }
        expect(applied).toEqual(writeService(specOf(kind, [feature])))
        for (const path of planned) expect(writeService(before)[path]).not.toBe(after[path])
        for (const { commit } of plan.tasks) expect(commit.length).toBeLessThanOrEqual(72)
      }
  })

  test('adds fields to a JSON service, once', () => {
    const spec = specOf('json-service', [])
    const plan = planChange(spec, {
      ...NOTHING,
      fields: [
        { name: 'color', type: 'text' },
        { name: 'price', type: 'text' },
      ],
    })
    if ('unsupported' in plan) throw new Error(plan.unsupported.en)
    expect(plan.spec.resource?.fields.map(({ name }) => name)).toEqual([
      'class',
      'price',
      'in_stock',
      'bought_on',
      'color',
    ])
    expect(plan.summary.en).toContain('field color')
    expect(writeService(plan.spec)['src/fields.js']).toContain("{ name: 'color', type: 'text' }")
  })

  test('that is there already, unknown, or takes something away is refused with what is possible', () => {
    const spec = specOf('url-shortener', ['statistics'])
    for (const change of [
      { ...NOTHING, add: ['statistics' as const] },
      NOTHING,
      { ...NOTHING, remove: ['statistics' as const] },
    ]) {
      const refused = planChange(spec, change)
      if (!('unsupported' in refused)) throw new Error('it was planned')
      expect(refused.unsupported.ru).not.toBe('')
      expect(refused.supported.map(({ feature }) => feature)).toEqual([
        'custom-slugs',
        'expiry',
        'link-removal',
        'owner-key',
      ])
    }
  })
})
