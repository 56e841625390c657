import { type Clock, systemClock } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { DEFAULT_LANG, type Person } from '../../domain/users/person.ts'
import { noticeMarkdown } from '../cards/notice.ts'
import type { ProjectsCardData } from '../cards/projects.ts'
import type { Operations } from '../commands/context.ts'
import type { Present } from '../delivery/draw.ts'
import type { Texts } from '../texts.ts'
import { createWords, type Words } from '../words.ts'
import { presentAsk } from './ask.ts'
import { createIncidentCards } from './incidents/card-data.ts'
import { createProjectPages } from './projects.ts'
import { presentView } from './views.ts'

export interface PresentDeps {
  db: Database
  clock?: Clock
  texts: Texts
  operations: Pick<Operations, 'logs' | 'status'>
  /** Of the times people read; the machine's own unless told. */
  timeZone?: string
}

/** One message being drawn: for whom, in which language, as of when. */
export interface Drawing {
  deps: PresentDeps
  words: Words
  now: Date
  /** Undefined when the message is for everybody in the conversation. */
  person: Person | undefined
  /** Where it will be looked at: a terminal shows no pictures. */
  platform: string
  /** Many people look at it there. */
  isGroup: boolean
  projectPage(page: number): Promise<ProjectsCardData>
  incidentCard: ReturnType<typeof createIncidentCards>
}

/**
 * Puts an outbox row into words and cards, in the language of its reader, as the thing is at this moment (design
 * rule 5).
 */
export const createPresenter = (deps: PresentDeps): Present => {
  const projectPage = createProjectPages(deps.db)
  const incidentCard = createIncidentCards(deps.db)

  return async (row, { reader, conversation }) => {
    const { content } = row
    if (content.type === 'text') return { markdown: content.markdown }

    const lang = reader?.lang ?? conversation.lang ?? DEFAULT_LANG
    const now = (deps.clock ?? systemClock).now()
    const words = createWords(deps.texts, lang, { now, timeZone: deps.timeZone })
    const drawing: Drawing = {
      deps,
      words,
      now,
      person: reader?.person,
      platform: conversation.platform,
      isGroup: conversation.kind === 'group',
      projectPage,
      incidentCard,
    }

    switch (content.type) {
      case 'notice':
        return { markdown: noticeMarkdown(words, content) }
      case 'ask':
        return presentAsk(drawing, content)
      case 'view':
        return presentView(drawing, content)
      default:
        return content satisfies never
    }
  }
}
