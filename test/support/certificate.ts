import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificate {
  key: string
  cert: string
}

/** A certificate that signs itself, for a name and 127.0.0.1. @param days from now; below zero it has ended. */
export const createCertificate = async (folder: string, name: string, days: number): Promise<Certificate> => {
  const [key, request, cert] = ['key', 'request', 'cert'].map((part) =>
    join(folder, `${name}.${days}.${part}`),
  )
  if (!key || !request || !cert) throw new Error('three files')
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`]
  await run('openssl', ['req', '-new', ...curve, '-out', request, ...names])
  const signed = ['-signkey', key, '-days', String(days), '-copy_extensions', 'copyall', '-out', cert]
  await run('openssl', ['x509', '-req', '-in', request, ...signed])
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
}
