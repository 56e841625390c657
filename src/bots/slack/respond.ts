import { SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { escapeText } from './text.ts'

const TIMEOUT_MS = 5 * SECOND_MS

/**
 * Answers a click or a command to the one person who made it, by the address that came with it (five times within
 * half an hour). The address is as good as a password and stays out of errors.
 *
 * @throws AppError platform_unavailable or platform_refused.
 */
export const respond = async (responseUrl: string, text: string): Promise<void> => {
  const response = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text: escapeText(text) }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new AppError('platform_unavailable', 'Slack could not be reached at a response_url')
  })
  await response.body?.cancel()
  if (!response.ok)
    throw new AppError('platform_refused', `Slack answered a response_url with status ${response.status}`)
}
