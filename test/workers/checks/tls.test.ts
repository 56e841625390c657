import { createServer as createSecureWeb } from 'node:https'
import { createServer as createSecure } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY_MS, systemClock } from '../../../src/clock.ts'
import type { CheckTarget } from '../../../src/db/shapes/server.ts'
import { probe } from '../../../src/workers/checks/probe.ts'
import { type Certificate, createCertificate } from '../../support/certificate.ts'
import { needs } from '../../support/needs.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { checkOf, guardFor, serverTarget, socketTarget } from './targets.ts'

const NAME = 'shop.example'

needs('openssl')('the certificate of a target', () => {
  let folder: Awaited<ReturnType<typeof createScratchFolder>>
  let good: Certificate
  let ended: Certificate
  beforeAll(async () => {
    folder = await createScratchFolder()
    good = await createCertificate(folder.path, NAME, 2)
    ended = await createCertificate(folder.path, NAME, -1)
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  const look = (kind: 'tls' | 'http', port: number, target: CheckTarget, ca?: string) =>
    probe(checkOf({ kind, target }), {
      guard: guardFor([port], { names: { [NAME]: ['127.0.0.1'], 'other.example': ['127.0.0.1'] } }),
      clock: systemClock,
      signal: new AbortController().signal,
      ...(ca && { ca }),
    })

  test('is read for real: when it ends is known while it is still good', async () => {
    await using server = await serverTarget(createSecure(good, (socket) => socket.end()))
    const result = await look('tls', server.port, { host: NAME, port: server.port }, good.cert)
    expect(result).toMatchObject({ ok: true })
    const leftMs = new Date(result.facts.tlsExpiresAt ?? 0).getTime() - Date.now()
    expect(leftMs / DAY_MS).toBeGreaterThan(1.9)
    expect(leftMs / DAY_MS).toBeLessThanOrEqual(2)
  })

  test('that has ended makes the target unwell, and still tells when that was', async () => {
    await using server = await serverTarget(createSecure(ended, (socket) => socket.end()))
    const result = await look('tls', server.port, { host: NAME, port: server.port }, ended.cert)
    expect(result).toMatchObject({ ok: false, reason: 'the certificate has expired' })
    expect(new Date(result.facts.tlsExpiresAt ?? 0).getTime()).toBeLessThan(Date.now())
  })

  test('that is for another name, or signed by nobody known, makes the target unwell', async () => {
    await using server = await serverTarget(createSecure(good, (socket) => socket.end()))
    const target = { host: 'other.example', port: server.port }
    expect(await look('tls', server.port, target, good.cert)).toMatchObject({
      ok: false,
      reason: 'the certificate is for another name',
      facts: { tlsExpiresAt: expect.any(String) },
    })
    expect(await look('tls', server.port, { host: NAME, port: server.port })).toMatchObject({
      ok: false,
      reason: 'the certificate is self-signed',
    })
  })

  test('of a web address is read on the way, and nothing is asked of one that is not good', async () => {
    const asked: string[] = []
    const web = (certificate: Certificate) =>
      serverTarget(
        createSecureWeb(certificate, ({ url = '' }, answer) => {
          asked.push(url)
          answer.end('{"version":"abc"}')
        }),
      )
    await using server = await web(good)
    const target = { url: `https://${NAME}:${server.port}/healthz`, version: 'abc' }
    expect(await look('http', server.port, target, good.cert)).toMatchObject({
      ok: true,
      facts: { tlsExpiresAt: expect.any(String) },
    })
    expect(asked).toEqual(['/healthz'])

    await using old = await web(ended)
    expect(
      await look('http', old.port, { url: `https://${NAME}:${old.port}/secret` }, ended.cert),
    ).toMatchObject({
      ok: false,
      reason: 'the certificate has expired',
      facts: { tlsExpiresAt: expect.any(String) },
    })
    expect(asked).toEqual(['/healthz'])
  })

  test('of somebody who speaks no TLS is missing, and that is a failure like any other', async () => {
    await using server = await socketTarget((socket) => socket.end('220 hello\r\n'))
    expect(await look('tls', server.port, { host: NAME, port: server.port })).toMatchObject({
      ok: false,
      facts: {},
    })
  })
})
