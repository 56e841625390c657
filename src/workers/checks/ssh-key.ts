import { readFile } from 'node:fs/promises'
import { AppError, errorText } from '../../errors.ts'

/** Opens servers: only the process that looks after them has it (M-4). */
export interface SshKey {
  privateKey: Buffer
}

/** @throws AppError misconfigured for a file that holds no key that can be used without a passphrase. */
export const readSshKey = async (file: string): Promise<SshKey> => {
  const privateKey = await readFile(file).catch((error) => {
    throw unusable(file, errorText(error))
  })
  const { default: ssh } = await import('ssh2')
  const parsed = ssh.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw unusable(file, parsed.message)
  return { privateKey }
}

const unusable = (file: string, why: string): AppError =>
  new AppError('misconfigured', `PRORAB_SSH_KEY: ${file} cannot be used: ${why}`)
