import type { Attachment } from '../../db/shapes/incoming.ts'
import type { SlackFileObject } from './payloads.ts'

/** The first file, as what is needed to fetch it later. */
export const attachmentOf = (files: SlackFileObject[] | null | undefined): { attachment?: Attachment } => {
  const [first] = files ?? []
  if (!first) return {}
  const { id, name, title, size, url_private_download, url_private } = first
  const url = url_private_download ?? url_private
  return {
    attachment: { name: name || title || 'file', bytes: size ?? 0, ref: { id, ...(url && { url }) } },
  }
}
