import type { FilesGetUploadURLExternalArguments, WebClient } from '@slack/web-api'
import { SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { OutgoingFile } from '../chat.ts'
import { slackCall } from './errors.ts'

const TIMEOUT_MS = 20 * SECOND_MS

/**
 * Brings the bytes of a file to Slack; nobody sees it yet. The address they go to is as good as a password, and
 * stays out of errors.
 *
 * @returns the id of the file.
 * @throws AppError as `slackCall`.
 */
export const upload = async (
  web: WebClient,
  { name, mediaType, data }: OutgoingFile,
  alt: string,
): Promise<string> => {
  // The client's types call it `alt_text`, which Slack does not know.
  const about = {
    filename: name,
    length: data.byteLength,
    ...(mediaType === 'image/png' && alt && { alt_txt: alt }),
  }
  const { upload_url, file_id } = await slackCall('files.getUploadURLExternal', () =>
    web.files.getUploadURLExternal(about as FilesGetUploadURLExternalArguments),
  )
  if (!upload_url || !file_id)
    throw new AppError('platform_unavailable', 'Slack did not say where a file should go')
  const response = await fetch(upload_url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(data),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new AppError('platform_unavailable', 'Slack could not be reached for an upload')
  })
  await response.body?.cancel()
  if (response.status >= 500 || response.status === 429)
    throw new AppError('platform_unavailable', `Slack answered an upload with status ${response.status}`)
  if (!response.ok)
    throw new AppError('platform_refused', `Slack refused an upload with status ${response.status}`)
  return file_id
}
