import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from '../db/client.ts'
import { countFigures } from '../domain/figures.ts'

export interface Metrics {
  read(): Promise<{ contentType: string; text: string }>
  countForged(source: string): void
}

/**
 * What Prometheus reads: the process, and what can be counted in the database at the moment of asking. A
 * database that is away leaves only the second out: how the process is matters then more than ever.
 */
export const createMetrics = (db: Database): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const waiting = gauge('prorab_waiting', 'Rows that wait, by kind.', ['kind'])
  const incidents = gauge('prorab_incidents_open', 'Open incidents, by severity.', ['severity'])
  const workers = gauge('prorab_workers', 'Workers, by type and status.', ['type', 'status'])
  const lastSuccess = gauge(
    'prorab_sync_last_success_timestamp_seconds',
    'When what happens by itself last succeeded.',
    ['job'],
  )
  const failures = gauge('prorab_sync_failures', 'How often it has failed since.', ['job'])
  const all = [waiting, incidents, workers, lastSuccess, failures]

  const forged = new Counter({
    name: 'prorab_forged_requests_total',
    help: 'Webhooks that the other side did not sign.',
    labelNames: ['source'],
    registers: [registry],
  })

  const read = async () => {
    for (const one of all) one.reset()
    const figures = await countFigures(db).catch(() => undefined)
    for (const [kind, value] of Object.entries(figures?.waiting ?? {})) waiting.set({ kind }, value)
    for (const [severity, value] of Object.entries(figures?.incidents ?? {}))
      incidents.set({ severity }, value)
    for (const { type, status, count } of figures?.workers ?? []) workers.set({ type, status }, count)
    for (const { name: job, ...sync } of figures?.syncs ?? []) {
      if (sync.lastSuccess !== null) lastSuccess.set({ job }, sync.lastSuccess)
      failures.set({ job }, sync.failures)
    }
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
  return { read, countForged: (source) => forged.inc({ source }) }
}
