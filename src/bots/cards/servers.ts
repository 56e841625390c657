import type { ServerOverview } from '../../domain/servers/overview.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { oneLine, plain } from './plain.ts'
import { pageButtons, rowsOf } from './projects.ts'
import { checkText, serverStatusName } from './server-words.ts'

export const SERVERS_PAGE_SIZE = 8

export interface ServersCardData {
  servers: ServerOverview[]
  page: number
  hasMore: boolean
  now: Date
}

/** The servers that prorab looks after, and whether each answers (M-3, M-8). */
export const serversCard = (words: Words, { servers, page, hasMore, now }: ServersCardData): Card => {
  const { t } = words
  return {
    title: t('servers-title'),
    tone: servers.some(({ check }) => check?.state === 'failing') ? 'warning' : 'neutral',
    body:
      servers.length === 0
        ? t(page > 1 ? 'servers-no-more' : 'servers-none')
        : servers
            .map(({ server, check }) =>
              [
                `- **${plain(server.name)}**`,
                plain(server.address),
                serverStatusName(words, server.status),
                plain(checkText(words, check, now)),
              ]
                .filter(Boolean)
                .join(' · '),
            )
            .join('\n'),
    buttons: [
      ...rowsOf(servers.flatMap(({ server: { name } }) => commandButton(oneLine(name), `/server ${name}`))),
      pageButtons(words, 'servers', page, hasMore),
    ].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}
