import { badRequest } from './refusal.ts'

/** A file in a form, as the Bot API reads it. */
export class UploadedFile {
  readonly name: string
  readonly data: Buffer
  constructor(name: string, data: Buffer) {
    this.name = name
    this.data = data
  }
}

const LINE_END = '\r\n'
const HEAD_END = '\r\n\r\n'

/**
 * Reads a `multipart/form-data` body (RFC 7578). Names of files may stand without quotes, as grammY writes them.
 * @throws Refusal for a body that is not closed, or has a part without a name.
 */
export const readMultipart = (body: Buffer, contentType: string): [string, string | UploadedFile][] => {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1]
  if (!boundary) throw badRequest('a multipart body without a boundary')
  const mark = Buffer.from(`--${boundary}`)
  const parts: [string, string | UploadedFile][] = []
  let at = body.indexOf(mark)
  for (;;) {
    if (at < 0) throw badRequest('the multipart body is cut off')
    const start = at + mark.length
    if (body.subarray(start, start + 2).toString() === '--') return parts
    const end = body.indexOf(Buffer.concat([Buffer.from(LINE_END), mark]), start)
    if (end < 0) throw badRequest('the multipart body is cut off')
    parts.push(readPart(body.subarray(start + LINE_END.length, end)))
    at = end + LINE_END.length
  }
}

const readPart = (part: Buffer): [string, string | UploadedFile] => {
  const headEnd = part.indexOf(HEAD_END)
  const head = part.subarray(0, Math.max(headEnd, 0)).toString('utf8')
  const content = part.subarray(headEnd + HEAD_END.length)
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1]
  if (headEnd < 0 || !name) throw badRequest('a part of the multipart body has no name')
  const filename = /;\s*filename=(?:"([^"]*)"|([^;\r\n]*))/i.exec(head)
  if (!filename) return [name, content.toString('utf8')]
  return [name, new UploadedFile(filename[1] ?? filename[2] ?? '', content)]
}
