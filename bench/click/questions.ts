import type { Database } from '../../src/db/client.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { createProject } from '../../src/domain/projects/projects.ts'
import { createRun } from '../../src/domain/runs/runs.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'
import { BOT_ID, type BotApi } from '../support/bot-api.ts'
import { personId } from '../support/updates.ts'

const PATIENCE_MS = 60_000

/** A plan card in somebody's chat, as it was last shown. */
export interface Question {
  person: number
  message: number
  /** Data of its buttons. */
  buttons: string[]
}

/** Runs that wait to be driven: the program finds them when it starts, plans, and asks. */
export const prepareRuns = (db: Database, userIds: readonly string[]): Promise<unknown> =>
  Promise.all(
    userIds.map(async (userId, i) => {
      const chat = personId(i + 1)
      const conversation = await ensureConversation(db, {
        key: `telegram:${BOT_ID}:${chat}:0`,
        platform: 'telegram',
        kind: 'private',
      })
      await db.transaction(async (tx) => {
        const project = await createProject(
          tx,
          {
            name: `shortener-${i + 1}`,
            title: 'URL shortener',
            description: 'a URL shortener',
            ownerId: userId,
            conversationId: conversation.id,
          },
          agentSeeds().starterPack,
        )
        await createRun(tx, {
          projectId: project.id,
          conversationId: conversation.id,
          requestedBy: userId,
          kind: 'new_project',
          request: 'create a URL shortener with click statistics',
          originKey: `bench:${i}`,
        })
      })
    }),
  )

/** Resolves with the card of every person, once each has one. Watch before the program starts. */
export const questionsOf = (api: BotApi, people: number): Promise<Question[]> =>
  new Promise((resolve, reject) => {
    const questions = new Map<number, Question>()
    const late = setTimeout(
      () => reject(new Error(`only ${questions.size} of ${people} plans were shown`)),
      PATIENCE_MS,
    )
    api.watch(({ chat, message, buttons }) => {
      if (!buttons.some((data) => data.startsWith('approval:'))) return
      questions.set(chat, { person: chat - personId(0), message, buttons })
      if (questions.size < people) return
      clearTimeout(late)
      resolve([...questions.values()])
    })
  })
