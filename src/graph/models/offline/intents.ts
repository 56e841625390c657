import { KIND_INFO } from './kinds-info.ts'
import { SERVICE_KINDS } from './spec.ts'
import { beginning, wholeWords } from './words.ts'

export type Intent =
  | 'new'
  | 'status'
  | 'update'
  | 'deploy'
  | 'maintenance'
  | 'fix'
  | 'smalltalk'
  | 'help'
  | 'unclear'

const GREETING =
  /^(?:(?:hi|hello|hey|howdy|good (?:morning|day|evening|afternoon)|yo|привет(?:ик|ствую)?|здравствуй(?:те)?|добр(?:ый|ое|ого) (?:день|утро|вечер|дня|времени суток)|здорово|хай|салют)(?![\p{L}])(?: (?:there|all|everyone|bot|prorab|прораб|бот|всем))?[\s,.!)]*)+/u
const THANKS = beginning('thank', 'thx', 'cheers', 'спасибо', 'благодар', 'спс(?![\\p{L}])')
const FAREWELL = wholeWords('bye', 'goodbye', 'see you', 'good night', 'пока', 'до свидания', 'до встречи')
const PRAISE = wholeWords(
  'ok',
  'okay',
  'cool',
  'great',
  'nice',
  'awesome',
  'well done',
  'lol',
  'ок',
  'окей',
  'круто',
  'класс',
  'отлично',
  'супер',
  'хорошо',
  'молодец',
)
const SMALL_TALK =
  /^(?:how are you|how's it going|what's up|who are you|are you (?:a )?(?:bot|human|real|there)|как (?:у тебя )?дела|как ты|кто ты|ты (?:тут|здесь|бот|кто))[\s?!.)]*$/u
const HELP =
  /^\/?(?:help|start|помощь|помоги|справка)[\s!?.]*$|what (?:can|do) you (?:do|build|make)|how (?:do|can|to) (?:i |we )?(?:use|work with) (?:you|this|it)|how does (?:this|it) work|что (?:ты |вы )?(?:умее|може)(?:шь|те)|как (?:тобой|этим|вами|ты|это) (?:пользоваться|работа\p{L}*)/u

const ARTICLE = '(?:(?:me|us|please|a|an|some|another|new|one|my|our|simple|small|tiny|little|basic) )+'
const CREATE = beginning(
  `(?:create|build|make|write|develop|generate|set up|spin up|give|start) ${ARTICLE}`,
  '(?:create|build|develop|generate|set up|spin up|scaffold)(?![\\p{L}])',
  "(?:i|we)(?:'d| would)? (?:want|need|like|love)(?: to (?:have|get|build|make|create))? (?:a|an|some|another|my|our|one)(?![\\p{L}])",
  '(?:create|build|make|write|develop) (?:something|anything|smth)(?![\\p{L}])',
  'new project',
  '(?:создай|создать|построй|напиши|разработай|сгенерируй|сваргань|запили|собери|организуй)(?:те)?(?![\\p{L}])',
  'сделай(?:те)?(?! так| чтоб|,)(?![\\p{L}])',
  'сделать(?![\\p{L}])',
  'нов(?:ый|ое|ая|ую) (?:проект|сервис|сайт|приложение)',
  '(?:мне |нам )?(?:нужен|нужна|нужно|нужны|требуется)(?![\\p{L}])(?! (?:чтоб|добав|измен|исправ))',
  '(?:я )?хочу(?! чтоб|,| (?:добав|измен|исправ|узна|посмотр|понять))(?![\\p{L}])',
)
const UPDATE = beginning(
  'add(?![\\p{L}])',
  'adding(?![\\p{L}])',
  'change(?![\\p{L}])',
  'update(?![\\p{L}])',
  'extend',
  'improve',
  'modify',
  'enhance',
  'support(?![\\p{L}])',
  'implement',
  'allow',
  'enable',
  'let (?:me|us|people|users|visitors|it|them)',
  'remove',
  'rename',
  'replace',
  'make (?:it|them|the|that|this|links?|short|tasks?|notes?|entries|every)',
  '(?:it|they|links?|tasks?|notes?|entries) (?:should|must|needs? to)',
  'добав',
  'измен',
  'обнов',
  'доработ',
  'дополн',
  'улучши',
  'поддерж',
  'внедри',
  'реализуй',
  'убери',
  'убрать',
  'переименуй',
  'замени',
  'сделай(?:те)?,? (?:так|чтоб|возможн)',
  'хочу,? чтоб',
  'хочу (?:добав|измен)',
  'нужно,? (?:чтоб|добав|измен)',
  '(?:пусть|чтобы) ',
)
const FIX = beginning(
  'fix(?![\\p{L}])',
  'repair',
  'debug',
  'broken',
  'crash',
  'bug in',
  "(?:does not|doesn't|doesnt|not|isn't|stopped|won't|wont) (?:work|respond|answer|load|open|start)",
  "(?:is|it's|went|seems) (?:down|dead|offline|failing|unreachable)",
  "what(?:'s| is) wrong",
  '(?:error|500|502) (?:in|on|at|from)',
  'почин',
  'исправ',
  'сломал',
  'не (?:работа|отвеча|открыва|запуска|груз)',
  'упал',
  'лежит',
  'падает',
  'ошибк\\p{L}* (?:в|на|у)',
)
const DEPLOY = beginning(
  're-?deploy',
  'deploy',
  'ship(?![\\p{L}])',
  'release(?![\\p{L}])',
  'roll (?:it |this )?out',
  'publish',
  'put .{0,40}(?:online|live)',
  'go live',
  'разверн',
  'развор',
  'задепло',
  'депло',
  'выкат',
  'опублик',
  'выложи',
  'зарелиз',
  'запусти(?:ть|те)?(?![\\p{L}])',
)
const MAINTENANCE = beginning(
  'maintenance',
  'обслуживани',
  'техработ',
  'тех\\. ?работ',
  'техническ\\p{L}* (?:работ|обслужив)',
)
const QUESTION =
  /^(?:how(?:'s| is| are| does| did| far)|what(?:'s| is| about| are| has| projects| services)|where(?:'s| is| are)|when(?:'s| is| will)|is |are |did |has |have |which |any |show|list|status|tell me (?:about|how)|progress|state of|give me (?:the |a )?(?:status|list)|my projects|projects|что (?:с|по|там|у)(?![\p{L}])|ну как|как (?:там|дела|идет|идут|продвига|поживает|обстоят)|какой|какие|какая|каков|где|когда|готов|покажи|список|статус|состояние|расскажи|мои проекты|проекты|сколько|есть ли)/u
/** "List" and "show" ask, but a list of tasks is also a thing to build. */
const STATUS_ANYWHERE =
  /(?:status of|how is .{1,60} (?:going|doing)|is .{1,60} (?:ready|done|finished|live|up)|что с |статус\p{L}* (?:проект|сервис)|готов\p{L}* ли|как продвига)/u

export interface Sorted {
  intent: Intent
  /** The message without its greeting. */
  text: string
  tone?: 'greeting' | 'thanks' | 'farewell'
}

/**
 * What a normalised message wants (G-6). A question comes before an order, an order to build before one to change;
 * a bare "guestbook" is an order to build when there is none yet.
 */
export const sortMessage = (message: string, hasProjectFor: (text: string) => boolean): Sorted => {
  const text = message
    .replace(GREETING, '')
    .trim()
    .replace(/^\/(?=\p{Script=Cyrillic})/u, '')
  if (!/[\p{L}\p{N}]/u.test(message)) return { intent: 'unclear', text }
  if (!/[\p{L}\p{N}]/u.test(text)) return { intent: 'smalltalk', text, tone: 'greeting' }
  if (HELP.test(text)) return { intent: 'help', text }
  if (SMALL_TALK.test(text)) return { intent: 'smalltalk', text, tone: 'greeting' }

  const creates = CREATE.exec(text)
  const updates = UPDATE.exec(text)
  const asks = QUESTION.test(text) || STATUS_ANYWHERE.test(text)
  if (FIX.test(text) && !creates) return { intent: 'fix', text }
  if (asks && !(creates && !QUESTION.test(text))) return { intent: 'status', text }
  if (creates && (!updates || creates.index <= updates.index)) return { intent: 'new', text }
  if (MAINTENANCE.test(text) && !updatesWith(text)) return { intent: 'maintenance', text }
  if (updates) return { intent: hasProjectFor(text) || !knowsKind(text) ? 'update' : 'new', text }
  if (DEPLOY.test(text)) return { intent: hasProjectFor(text) || !knowsKind(text) ? 'deploy' : 'new', text }
  if (isShort(text) && THANKS.test(text)) return { intent: 'smalltalk', text, tone: 'thanks' }
  if (isShort(text) && FAREWELL.test(text)) return { intent: 'smalltalk', text, tone: 'farewell' }
  if (isShort(text) && PRAISE.test(text)) return { intent: 'smalltalk', text, tone: 'thanks' }
  if (knowsKind(text)) return { intent: hasProjectFor(text) ? 'status' : 'new', text }
  return { intent: 'unclear', text }
}

const updatesWith = (text: string) =>
  UPDATE.test(text) && !/(?:put|turn|switch|поставь|переведи|включи|выключи)/u.test(text)
const isShort = (text: string) => text.split(' ').length <= 8

export const kindIn = (text: string) =>
  SERVICE_KINDS.map((kind) => ({ kind, index: KIND_INFO[kind].words.exec(text)?.index ?? -1 }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index)[0]?.kind

const knowsKind = (text: string) => kindIn(text) !== undefined

/** The verb with which a request begins: "please create me a …". */
export const CREATION_VERB = CREATE
