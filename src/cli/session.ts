import type { Writable } from 'node:stream'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../db/client.ts'
import type { ChangedBy } from '../domain/agents/change.ts'
import type { Person } from '../domain/users/person.ts'
import { localPerson } from './local-person.ts'
import { withDatabase } from './open-database.ts'

/** How a command reads, changes and answers. */
export interface Session {
  open(work: (db: Database) => Promise<void>): Promise<void>
  /** In one transaction, as the person at this machine: whoever can run this could change the database as well. */
  change(work: (tx: Transaction, by: ChangedBy & { person: Person }) => Promise<void>): Promise<void>
  /** A text as it is, anything else as JSON. */
  say(answer: unknown): Promise<void>
}

export const createSession = ({ config, output }: { config: Config; output: Writable }): Session => ({
  open: (work) => withDatabase(config, ({ db }) => work(db)),
  change: (work) =>
    withDatabase(config, async ({ db }) => {
      const person = await localPerson(db)
      await db.transaction((tx) =>
        work(tx, { person: { ...person, role: 'admin' }, surface: 'cli', now: new Date() }),
      )
    }),
  say: async (answer) => {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2)
    await new Promise<void>((done, failed) =>
      output.write(text.endsWith('\n') ? text : `${text}\n`, (error) => (error ? failed(error) : done())),
    )
  },
})
