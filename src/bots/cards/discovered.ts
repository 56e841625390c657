import type { Project } from '../../domain/projects/projects.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { clip, oneLine, plain } from './plain.ts'
import { pageButtons, rowsOf } from './projects.ts'

export const FOUND_PAGE_SIZE = 8

export interface DiscoveredCardData {
  project: Project
  /** Who decided about it, and when; undefined while nobody did. */
  decided: { by: string; at: Date } | undefined
  /** Whether the reader may decide. */
  mayDecide: boolean
}

const NAMES_SHOWN = 20

/** A repository that somebody made elsewhere: what it is, what it lacks, and whether prorab is to look after it (M-6). */
export const discoveredCard = (words: Words, { project, decided, mayDecide }: DiscoveredCardData): Card => {
  const { t, time } = words
  const { name, description, adoption, missingSecrets, repository, repositoryUrl, status } = project
  const isFound = status === 'discovered'
  const isOpen = isFound && adoption === null
  return {
    title: t(isOpen ? 'discovered-title' : `discovered-title-${adoption ?? 'gone'}`, { name }),
    tone: isOpen ? 'question' : status === 'missing' ? 'danger' : 'neutral',
    body: [plain(description), setupText(words, missingSecrets)].filter(Boolean).join('\n\n'),
    fields: [
      { label: t('field-repository'), value: oneLine(repository ?? name) },
      ...(repositoryUrl ? [{ label: t('field-address'), value: oneLine(repositoryUrl) }] : []),
      ...traitsOf(words, project),
    ],
    buttons: mayDecide
      ? [
          [
            ...(isFound && adoption !== 'adopted'
              ? commandButton(t('discovered-button-adopt'), `/adopt ${name}`)
              : []),
            ...(isOpen ? commandButton(t('discovered-button-ignore'), `/ignore ${name}`) : []),
          ],
        ].filter((row) => row.length > 0)
      : [],
    footer:
      decided && adoption
        ? t(`discovered-${adoption}-by`, { name: oneLine(decided.by), time: time(decided.at) })
        : undefined,
  }
}

/** `setup required`, with the names that are missing; names only, never values. */
export const setupText = ({ t }: Words, missingSecrets: readonly string[] | null): string => {
  if (missingSecrets === null) return t('discovered-not-looked')
  if (missingSecrets.length === 0) return t('discovered-nothing-missing')
  const shown = missingSecrets.slice(0, NAMES_SHOWN).map((one) => `\`${clip(one, 60)}\``)
  return t('discovered-setup-required', {
    count: missingSecrets.length,
    names: shown.join(', ') + (missingSecrets.length > shown.length ? ', …' : ''),
  })
}

const traitsOf = ({ t }: Words, { forge, isPrivate, isArchivedThere }: Project): Card['fields'] & object => {
  if (forge === 'local') return []
  const traits = [
    t(isPrivate ? 'discovered-private' : 'discovered-public'),
    ...(isArchivedThere ? [t('discovered-archived')] : []),
  ]
  return [{ label: t('discovered-field-traits'), value: traits.join(', ') }]
}

export interface FoundCardData {
  projects: Project[]
  page: number
  hasMore: boolean
}

/** What was found and waits for a word, then what is to be left alone. */
export const foundCard = (words: Words, { projects, page, hasMore }: FoundCardData): Card => {
  const { t } = words
  return {
    title: t('found-title'),
    tone: 'neutral',
    body:
      projects.length === 0
        ? t('found-none')
        : projects
            .map(({ name, repository, adoption, missingSecrets }) =>
              [
                `- **${plain(name)}**`,
                plain(repository ?? ''),
                adoption === 'ignored'
                  ? t('found-ignored')
                  : missingSecrets && missingSecrets.length > 0
                    ? t('found-setup-required', { count: missingSecrets.length })
                    : '',
              ]
                .filter(Boolean)
                .join(' · '),
            )
            .join('\n'),
    buttons: [
      ...rowsOf(projects.flatMap(({ name }) => commandButton(name, `/discovered ${name}`))),
      pageButtons(words, 'discovered', page, hasMore),
    ].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}
