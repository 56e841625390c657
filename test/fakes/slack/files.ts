import { type Answer, no } from './web-api.ts'
import { BOT, type SlackFile, type Workspace } from './workspace.ts'

type Json = Record<string, unknown>

export interface FileMethods {
  getUploadURL(args: Json): Answer
  complete(args: Json): Answer
  info(args: Json): Answer
  delete(args: Json): Answer
  /** The file as events and answers have it. */
  toApi(file: SlackFile): Json
}

export interface FileDeps {
  workspace: Workspace
  url: () => string
  /** Looks at the file until its message appears. */
  looksBeforeShared: () => number
  /** Tells the world that the bot said something. */
  announce: (event: Json) => void
}

const MEGABYTE = 1024 * 1024
const MAX_BYTES = 1024 * MEGABYTE

/** The methods of the Web API about files: a place for the bytes, then what becomes of them. */
export const createFiles = ({ workspace, url, looksBeforeShared, announce }: FileDeps): FileMethods => {
  /** Accepted, and not yet to be seen: Slack looks through a file first. */
  const waiting = new Map<string, { looks: number; share: () => void }>()

  const toApi = (file: SlackFile): Json => ({
    id: file.id,
    name: file.name,
    title: file.title,
    user: file.user,
    size: file.data.length,
    mode: 'hosted',
    url_private: `${url()}${file.path}`,
    url_private_download: `${url()}${file.path}`,
    shares: { public: {}, private: file.shares },
  })

  const share = (file: SlackFile, channel: string, threadTs: string | undefined) => {
    const ts = workspace.nextTs()
    workspace.add({ channel, ts, user: BOT.userId, text: '', blocks: [], threadTs, files: [file] })
    const thread = threadTs ? { thread_ts: threadTs } : {}
    file.shares[channel] = [{ ts, ...thread }]
    const said = {
      channel,
      ts,
      user: BOT.userId,
      bot_id: BOT.botId,
      text: '',
      files: [toApi(file)],
      ...thread,
    }
    announce({ type: 'message', subtype: 'file_share', ...said })
  }

  const look = (id: string) => {
    const one = waiting.get(id)
    if (!one) return
    one.looks -= 1
    if (one.looks >= 0) return
    waiting.delete(id)
    one.share()
  }

  return {
    toApi,
    getUploadURL: ({ filename, length, alt_txt, ...others }) => {
      if (!filename || !(Number(length) > 0)) return no('missing_argument')
      if (Number(length) > MAX_BYTES) return no('file_upload_size_restricted')
      if (String(alt_txt ?? '').length > 1000) return no('alt_txt_too_large')
      const unknown = Object.keys(others).filter((name) => name !== 'token')
      if (unknown.length > 0) return no('invalid_arguments', [`unknown arguments: ${unknown.join(', ')}`])
      const file = workspace.newFile({
        name: String(filename),
        user: BOT.userId,
        length: Number(length),
        altText: alt_txt === undefined ? undefined : String(alt_txt),
      })
      return { ok: true, upload_url: `${url()}${file.upload.path}`, file_id: file.id }
    },
    complete: ({ files, channel_id, thread_ts }) => {
      const [asked, ...more] = (files ?? []) as { id?: string; title?: string }[]
      if (!asked || more.length > 0) return no('invalid_arguments', ['this fake takes one file at a time'])
      const file = workspace.findFile(asked.id)
      if (!file || file.user !== BOT.userId || !file.upload.done) return no('file_not_found')
      if (file.completed) return no('file_update_failed')
      file.completed = true
      file.title = asked.title ?? file.name
      const threadTs = thread_ts === undefined ? undefined : String(thread_ts)
      waiting.set(file.id, {
        looks: looksBeforeShared(),
        share: () => share(file, String(channel_id), threadTs),
      })
      look(file.id)
      return { ok: true, files: [{ id: file.id, title: file.title }] }
    },
    info: ({ file: id }) => {
      look(String(id))
      const file = workspace.findFile(id)
      return file ? { ok: true, file: toApi(file) } : no('file_not_found')
    },
    delete: ({ file: id }) => {
      const file = workspace.findFile(id)
      if (!file) return no('file_not_found')
      if (file.user !== BOT.userId) return no('cant_delete_file')
      file.deleted = true
      for (const message of workspace.messages) if (message.files?.includes(file)) message.deleted = true
      return { ok: true }
    },
  }
}
