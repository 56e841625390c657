import { randomBytes } from 'node:crypto'
import { UploadedFile } from './multipart.ts'
import { badRequest } from './refusal.ts'

export type FileKind = 'photo' | 'document'

/** A file as the server keeps it. */
export interface StoredFile {
  id: string
  kind: FileKind
  name: string
  data: Buffer
  /** Below `/file/bot<token>/`; a bot is told it by getFile. */
  path: string
  /** Nobody can have it any more. */
  gone: boolean
}

export interface Files {
  put(file: Pick<StoredFile, 'kind' | 'name' | 'data'>): StoredFile
  /** The upload that a parameter `attach://…` names. @throws Refusal for what the Bot API would not take. */
  accept(params: Record<string, unknown>, kind: FileKind): StoredFile
  find(id: unknown): StoredFile | undefined
  /** By the path that getFile told. */
  at(path: string): StoredFile | undefined
  /** What getFile tells. @throws Refusal */
  info(id: unknown): { file_id: string; file_unique_id: string; file_size: number; file_path: string }
}

const MEGABYTE = 1024 * 1024
const MAX_BYTES: Record<FileKind, number> = { photo: 10 * MEGABYTE, document: 50 * MEGABYTE }
const MAX_DOWNLOAD_BYTES = 20 * MEGABYTE
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MAX_SIDES = 10_000
const MAX_RATIO = 20

export const createFiles = (): Files => {
  const files = new Map<string, StoredFile>()
  const byPath = new Map<string, StoredFile>()

  const put: Files['put'] = (file) => {
    const id = `BQAC${randomBytes(12).toString('base64url')}`
    const ending = /\.\w+$/.exec(file.name)?.[0] ?? ''
    const stored = { ...file, id, path: `${file.kind}s/file_${files.size}${ending}`, gone: false }
    files.set(id, stored)
    byPath.set(stored.path, stored)
    return stored
  }
  const find: Files['find'] = (id) => {
    const file = files.get(String(id))
    return file?.gone ? undefined : file
  }

  return {
    put,
    find,
    at: (path) => {
      const file = byPath.get(path)
      return file?.gone ? undefined : file
    },
    accept: (params, kind) => {
      const named = String(params[kind] ?? '')
      const upload = params[named.replace(/^attach:\/\//, '')]
      if (!named.startsWith('attach://') || !(upload instanceof UploadedFile))
        throw badRequest(`there is no ${kind} in the request`)
      const { name, data } = upload
      if (data.length === 0) throw badRequest('file must be non-empty')
      if (data.length > MAX_BYTES[kind]) throw badRequest('file is too big')
      if (kind === 'photo') checkPicture(data)
      return put({ kind, name, data })
    },
    info: (id) => {
      const file = find(id)
      if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable')
      if (file.data.length > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big')
      return {
        file_id: file.id,
        file_unique_id: `u${file.id}`,
        file_size: file.data.length,
        file_path: file.path,
      }
    },
  }
}

const checkPicture = (data: Buffer) => {
  if (!data.subarray(0, PNG.length).equals(PNG) || data.length < 24) throw badRequest('IMAGE_PROCESS_FAILED')
  const [width, height] = [data.readUInt32BE(16), data.readUInt32BE(20)]
  const ratio = Math.max(width, height) / Math.min(width, height)
  if (!(width > 0 && height > 0) || width + height > MAX_SIDES || ratio > MAX_RATIO)
    throw badRequest('PHOTO_INVALID_DIMENSIONS')
}
