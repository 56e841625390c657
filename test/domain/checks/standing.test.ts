import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../src/clock.ts'
import type { Check, ProbeResult } from '../../../src/domain/checks/check.ts'
import { type CheckFinding, findingsOf } from '../../../src/domain/checks/findings.ts'
import { standingAfter } from '../../../src/domain/checks/standing.ts'
import { checkOf } from '../../workers/checks/targets.ts'

const START = new Date('2030-01-01T12:00:00Z')
const OK: ProbeResult = { ok: true, latencyMs: 5, facts: {} }
const FAILED: ProbeResult = { ok: false, latencyMs: 5, reason: 'connection refused', facts: {} }

/** A check that is looked at again and again, a minute apart, and what came of it each time. */
const life = (check: Check, results: readonly ProbeResult[]) => {
  let now = START.getTime()
  let before = check
  return results.map((result) => {
    now += 60_000
    const standing = standingAfter(before, result, new Date(now), 0.5)
    const findings = findingsOf(before, standing, result)
    before = { ...before, ...standing }
    return { ...standing, findings }
  })
}

const states = (check: Check, results: readonly ProbeResult[]) =>
  life(check, results).map(({ state }) => state)

describe('what is looked at', () => {
  test('is well from its first success on', () => {
    expect(states(checkOf({}), [OK])).toEqual(['ok'])
    expect(states(checkOf({}), [FAILED, FAILED, OK])).toEqual(['unknown', 'unknown', 'ok'])
  })

  test('is wrong after three failures in a row, and right again after two successes in a row', () => {
    const results = [OK, FAILED, FAILED, OK, FAILED, FAILED, FAILED, OK, FAILED, OK, OK]
    expect(states(checkOf({}), results)).toEqual([
      ...['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'failing', 'failing', 'failing', 'failing', 'ok'],
    ])
  })

  test('never turns wrong without as many failures in a row as it takes, nor right without the successes', () => {
    const check = fc.record({
      failAfter: fc.integer({ min: 1, max: 5 }),
      recoverAfter: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(check, fc.array(fc.boolean(), { maxLength: 60 }), (limits, answers) => {
        const all = life(
          checkOf(limits),
          answers.map((ok) => (ok ? OK : FAILED)),
        )
        const inARow = (end: number, ok: boolean) => {
          let length = 0
          while (end - length >= 0 && answers[end - length] === ok) length += 1
          return length
        }
        let before: Check['state'] = 'unknown'
        for (const [index, { state, failures, successes }] of all.entries()) {
          expect(failures).toBe(inARow(index, false))
          expect(successes).toBe(inARow(index, true))
          if (failures >= limits.failAfter) expect(state).toBe('failing')
          else if (before === 'failing' && successes < limits.recoverAfter) expect(state).toBe('failing')
          else if (successes > 0 && before !== 'failing') expect(state).toBe('ok')
          else if (state !== before) expect(state).toBe('ok')
          before = state
        }
      }),
    )
  })

  test('is looked at sooner while nobody can be certain, and never all at the same moment', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const in_ = (check: Partial<Check>, result: ProbeResult) =>
          standingAfter(checkOf({ intervalMs: 30_000, ...check }), result, START, random).nextAt.getTime() -
          START.getTime()
        for (const [least, waits] of [
          [30_000, in_({ state: 'ok' }, OK)],
          [10_000, in_({ state: 'ok' }, FAILED)],
          [30_000, in_({ state: 'ok', failures: 2 }, FAILED)],
          [10_000, in_({ state: 'failing' }, OK)],
        ] as const) {
          expect(waits).toBeGreaterThanOrEqual(0.9 * least)
          expect(waits).toBeLessThanOrEqual(1.1 * least)
        }
      }),
    )
    const spread = (random: number) => standingAfter(checkOf({}), OK, START, random).nextAt
    expect(spread(0)).not.toEqual(spread(1))
  })

  test('keeps what it told last while it does not answer, and forgets figures it tells no more', () => {
    const told: ProbeResult = { ...OK, facts: { diskUsedPercent: 40, hostKey: 'SHA256:x' } }
    const [, down, up] = life(checkOf({}), [told, FAILED, { ...OK, note: 'it lets root not in' }])
    expect(down).toMatchObject({ facts: { diskUsedPercent: 40 }, lastError: 'connection refused' })
    expect(up?.facts).toEqual({ hostKey: 'SHA256:x' })
    expect(up?.lastError).toBe('it lets root not in')
  })
})

const said = (findings: CheckFinding[] | undefined) =>
  findings?.map((one) => (one.wrong ? `${one.key} ${one.severity}` : `${one.key} is over`))

describe('people hear', () => {
  test('of a service once it is wrong, every time it is seen to be so, and once when that is over', () => {
    const check = checkOf({ projectId: 'p', target: { url: 'http://127.0.0.1:8001/healthz' } })
    const heard = life(check, [OK, FAILED, FAILED, FAILED, FAILED, OK, OK, OK]).map(({ findings }) =>
      said(findings),
    )
    const wrong = ['service_unhealthy:p critical']
    expect(heard).toEqual([
      ['service_unhealthy:p is over'],
      ...[[], [], wrong, wrong, [], ['service_unhealthy:p is over'], []],
    ])
    expect(life(check, [OK, FAILED, FAILED, FAILED]).at(-1)?.findings[0]?.facts).toEqual({
      target: 'GET http://127.0.0.1:8001/healthz',
      reason: 'connection refused',
      failures: 3,
      lastOkAt: '2030-01-01T12:01:00.000Z',
    })
  })

  test('of a server that does not answer, as the server and not as a service', () => {
    const check = checkOf({
      kind: 'ssh',
      serverId: 's',
      target: { host: '10.0.0.4', port: 22 },
      failAfter: 1,
    })
    const [down] = life(check, [FAILED])
    expect(said(down?.findings)).toEqual(['server_down:s critical'])
    expect(down?.findings[0]?.facts.target).toBe('ssh 10.0.0.4:22')
  })

  test('of a disk that fills, when it becomes urgent, and when there is room again, but not around the mark', () => {
    const disk = (percent: number): ProbeResult => ({ ...OK, facts: { diskUsedPercent: percent } })
    const check = checkOf({ kind: 'ssh', serverId: 's', target: { host: 'h', port: 22 }, state: 'ok' })
    const heard = life(check, [80, 90, 91, 89, 95, 96, 88, 85, 84, 90].map(disk)).map(({ findings }) =>
      said(findings),
    )
    const [full, urgent, over] = ['warning', 'critical', 'is over'].map((how) => [`disk_full:s ${how}`])
    expect(heard).toEqual([over, full, [], [], urgent, [], [], over, [], full])
  })

  test('of a certificate two weeks before its end, again three days before, and when there is a new one', () => {
    const endsIn = (days: number): ProbeResult => ({
      ...OK,
      facts: { tlsExpiresAt: new Date(START.getTime() + days * DAY_MS).toISOString() },
    })
    const check = checkOf({ projectId: 'p', state: 'ok' })
    const heard = life(check, [30, 13, 13, 2, 2, 90, 90].map(endsIn)).map(({ findings }) => said(findings))
    const [near, urgent, over] = ['warning', 'critical', 'is over'].map((how) => [`tls_expiring:p ${how}`])
    expect(heard).toEqual([over, near, [], urgent, [], over, []])
  })

  test('of a certificate that ends while nobody changes anything', () => {
    const tlsExpiresAt = new Date(START.getTime() + 14 * DAY_MS + 1_000).toISOString()
    const check = checkOf({ projectId: 'p', state: 'ok' })
    const [first, second] = life(check, [
      { ...OK, facts: { tlsExpiresAt } },
      { ...OK, facts: { tlsExpiresAt } },
    ])
    expect(said(first?.findings)).toEqual(['tls_expiring:p warning'])
    expect(said(second?.findings)).toEqual([])
  })

  test('once an hour of what stays as it was: somebody may have called it resolved', () => {
    const disk: ProbeResult = { ...OK, facts: { diskUsedPercent: 93 } }
    const check = checkOf({ kind: 'ssh', serverId: 's', target: { host: 'h', port: 22 }, state: 'ok' })
    const hours = 5
    const results = Array.from({ length: (hours * HOUR_MS) / 60_000 }, () => disk)
    const heard = life(check, results).filter(({ findings }) => findings.length > 0)
    expect(heard).toHaveLength(hours + 1)
  })
})
