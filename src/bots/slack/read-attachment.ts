import type { WebClient } from '@slack/web-api'
import { SECOND_MS } from '../../clock.ts'
import type { Attachment } from '../../db/shapes/incoming.ts'
import { AppError } from '../../errors.ts'
import type { ChatAdapter } from '../chat.ts'
import { fileGone, fileTooLarge, readTextFile } from '../text-file.ts'
import { slackCall } from './errors.ts'

const TIMEOUT_MS = 20 * SECOND_MS
/** Where Slack keeps files; the second is that of public authorities. */
const SLACK_HOSTS = /(^|\.)slack(-gov)?\.com$/

export interface AttachmentReaderDeps {
  web: WebClient
  botToken: string
  /** Root of the Web API: a Slack elsewhere keeps its files there, too. */
  apiUrl: string
}

/** Fetches a file that somebody attached, with the bot's token, which goes to Slack and to nobody else. */
export const createAttachmentReader = ({
  web,
  botToken,
  apiUrl,
}: AttachmentReaderDeps): Required<Pick<ChatAdapter, 'readAttachment'>> => {
  const isSlack = (address: URL) =>
    address.origin === new URL(apiUrl).origin ||
    (address.protocol === 'https:' && SLACK_HOSTS.test(address.hostname))

  /** Of a file from a connected workspace the message tells only the id. */
  const addressOf = async ({ name, ref }: Attachment): Promise<URL> => {
    const url = ref.url ?? (await askFor(ref.id ?? '', name))
    if (url && URL.canParse(url) && isSlack(new URL(url))) return new URL(url)
    throw fileGone(name)
  }

  const askFor = async (id: string, name: string): Promise<string | undefined> => {
    const { file } = await slackCall('files.info', () => web.files.info({ file: id })).catch(
      (error: unknown) => {
        throw error instanceof AppError && error.code === 'platform_refused' ? fileGone(name) : error
      },
    )
    return file?.url_private_download ?? file?.url_private
  }

  return {
    readAttachment: async (attachment, { maxBytes }) => {
      const { name, bytes } = attachment
      if (bytes > maxBytes) throw fileTooLarge(name, maxBytes)
      const response = await fetch(await addressOf(attachment), {
        headers: { authorization: `Bearer ${botToken}` },
        // Who may not read it is sent to the login page.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((error: unknown) => {
        throw error instanceof AppError
          ? error
          : new AppError('platform_unavailable', 'Slack could not be reached for a download')
      })
      if (response.ok && response.body) return readTextFile(response.body, { name, maxBytes })
      await response.body?.cancel()
      throw refusal(response.status, name)
    },
  }
}

const refusal = (status: number, name: string): AppError => {
  if (status >= 500 || status === 429)
    return new AppError('platform_unavailable', `Slack answered a download with status ${status}`)
  if (status === 404 || status === 410) return fileGone(name)
  return new AppError(
    'misconfigured',
    `Slack does not let the bot read files (status ${status}): compare the app with slack-manifest.yaml and install it again`,
  )
}
