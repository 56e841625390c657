import type { AuditPage } from '../../domain/audit/audit.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { plain } from './plain.ts'
import { pageButtons } from './projects.ts'

/** Who did what, by which surface, with what result. Actions keep their technical names. */
export const auditCard = (words: Words, { entries, page, hasMore }: AuditPage): Card => {
  const { t, time } = words
  return {
    title: t('audit-title'),
    tone: 'neutral',
    body:
      entries.length === 0
        ? t('audit-none')
        : entries
            .map(
              ({ at, actor, surface, action, subject, result }) =>
                `- ${[time(at), plain(actor), surface, [action, subject].filter(Boolean).map(plain).join(' → '), plain(result)].join(' · ')}`,
            )
            .join('\n'),
    buttons: [pageButtons(words, 'audit', page, hasMore)].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}
