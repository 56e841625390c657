import { can, PERMISSIONS } from '../../domain/users/permissions.ts'
import type { Person } from '../../domain/users/person.ts'
import type { CommandMenu } from '../chat.ts'
import type { Texts } from '../texts.ts'
import { agentCommands } from './agents.ts'
import type { Command } from './command.ts'
import { costCommands } from './costs.ts'
import { incidentCommands } from './incidents.ts'
import { onCallCommands } from './on-call.ts'
import { peopleCommands } from './people.ts'
import { projectCommands } from './projects.ts'
import { routingCommands } from './routing.ts'
import { serverCommands } from './servers.ts'
import { syncCommands } from './sync.ts'
import { talkCommands } from './talk.ts'
import { workCommands } from './work.ts'

/** Every command, in the order of help and menus (B-6). */
export const COMMANDS: readonly Command[] = [
  ...projectCommands,
  ...workCommands,
  ...costCommands,
  ...agentCommands,
  ...routingCommands,
  ...incidentCommands,
  ...onCallCommands,
  ...serverCommands,
  ...syncCommands,
  ...peopleCommands,
  ...talkCommands,
]

const byWord = new Map(
  COMMANDS.flatMap((command) =>
    [command.name, ...(command.aliases ?? [])].map((word) => [word, command] as const),
  ),
)

export const findCommand = (name: string): Command | undefined => byWord.get(name.toLowerCase())

/** What the reader may say; nobody in particular sees what members see. */
export const commandsFor = (person: Person | undefined): Command[] =>
  COMMANDS.filter(
    ({ hidden, permission }) => !hidden && (person ? can(person, permission) : isForMembers(permission)),
  )

const isForMembers = (permission: Command['permission']): boolean =>
  ['viewer', 'member'].includes(PERMISSIONS[permission].least)

/** Fills the command menus of the platforms. `admin` is everything; everyone else sees what members may. */
export const createCommandMenu =
  (texts: Texts): CommandMenu =>
  (lang, audience) =>
    COMMANDS.filter(
      ({ hidden, permission }) => !hidden && (audience === 'admin' || isForMembers(permission)),
    ).map(({ name }) => ({ command: name, description: texts.t(lang, `command-${name}`) }))
