import { type Context, mentionedProject } from './mentions.ts'
import { normalise } from './words.ts'

/**
 * What has its own way in prorab, said in words instead: a decision belongs to the buttons of its card, and other
 * things are commands.
 */
export type Aside = { kind: 'decision' } | { kind: 'command'; command: string }

/** A number alone is that of a button, typed where it presses none: below another card, or in a chat with real buttons. */
const DECISION =
  /^(?:\d{1,3}|yes|yep|yeah|y|ok|okay|sure|go|go ahead|do it|approved?|lgtm|no|nope|n|reject|cancel|never ?mind|decline|да|ага|угу|ок|окей|давай|хорошо|соглас(?:ен|на)|одобр(?:яю|ить|ено|и)|подтвержда(?:ю|ем)|подходит|делай|поехали|нет|не надо|отклон(?:яю|ить|и)|отмен(?:а|и|ить|яю))[\s.,…)]*$/u

const POLITE = '^(?:(?:please|пожалуйста|can you|could you|можешь) )?'
const THING =
  '(?:it|this|that|его|ее|это|(?:(?:the|my|this|этот|мой) )?(?:project|service|проект|сервис)(?: [a-z0-9-]+)?|[a-z][a-z0-9-]*)'
const COMMANDS: readonly (readonly [command: string, about: 'project' | 'all', words: RegExp])[] = [
  [
    'delete',
    'project',
    new RegExp(`${POLITE}(?:delete|destroy|kill|удали(?:ть|те)?|снеси|сотри)(?: ${THING})?[\\s.?]*$`, 'u'),
  ],
  [
    'restart',
    'project',
    new RegExp(
      `${POLITE}(?:restart|reboot|перезапусти\\p{L}*|перезагрузи\\p{L}*)(?: ${THING})?[\\s.?]*$`,
      'u',
    ),
  ],
  [
    'logs',
    'project',
    new RegExp(
      `${POLITE}(?:(?:show|view|see|get|give|open|покажи\\p{L}*|дай|открой) )?(?:me )?(?:the )?(?:logs?|логи?|журнал)(?![\\p{L}])`,
      'u',
    ),
  ],
  [
    'costs',
    'all',
    /^(?:how much (?:does|did|do|will|is)|сколько (?:это |все )?(?:стои|потра))|^costs?[\s?]*$/u,
  ],
  ['stop', 'all', /^(?:stop|halt|abort|стоп|хватит|остановись|останови|прекрати)[\s.]*$/u],
  ['invite', 'all', new RegExp(`${POLITE}(?:invite|пригласи\\p{L}*)(?![\\p{L}])`, 'u')],
  ['lang ru', 'all', /^(?:speak|switch to|talk|говори|перейди на|пиши).{0,20}(?:russian|по-русски|русск)/u],
  ['lang en', 'all', /^(?:speak|switch to|talk|говори|перейди на|пиши).{0,20}(?:english|по-английски|англ)/u],
]

/** Undefined for what is to be understood as a request. */
export const asideIn = (message: string, context: Context): Aside | undefined => {
  const text = normalise(message)
  if (DECISION.test(text)) return { kind: 'decision' }
  const [command, about] = COMMANDS.find(([, , words]) => words.test(text)) ?? []
  if (command === undefined) return undefined
  if (about === 'all') return { kind: 'command', command: `/${command}` }
  const { project, candidates } = mentionedProject(message, context)
  const [only, ...others] = project === undefined ? candidates : [project]
  return {
    kind: 'command',
    command: `/${command} ${only !== undefined && others.length === 0 ? only : 'NAME'}`,
  }
}
