import type { Feature, ServiceKind, Text } from './spec.ts'
import { beginning } from './words.ts'

interface KindInfo {
  title: Text
  /** What a project is called when nobody named it. */
  name: string
  words: RegExp
  features: readonly Feature[]
  /** What is built when nothing was said about features. */
  defaults: readonly Feature[]
}

/** What the kinds of services are called, and what each of them can do. */
export const KIND_INFO: Record<ServiceKind, KindInfo> = {
  'url-shortener': {
    title: { en: 'URL shortener', ru: 'Короткие ссылки' },
    name: 'url-shortener',
    words: beginning(
      '(?:url|link)s?[ -]?shorten',
      'short(?:en(?:ed|ing)?|er)?[ -](?:url|link)',
      'shorten(?:er|s)?(?![\\p{L}])',
      'shortlink',
      'bitly',
      'tinyurl',
      'коротк\\p{L}* (?:ссыл|url|адрес)',
      '(?:сокращ|сокра(?:т|щал)|укор(?:ачив|от))\\p{L}*(?: (?:длинн\\p{L}* )?(?:ссыл|url|адрес))?',
      'шортен',
    ),
    features: ['statistics', 'custom-slugs', 'expiry', 'link-removal', 'owner-key'],
    defaults: ['statistics', 'custom-slugs'],
  },
  todo: {
    title: { en: 'To-do list', ru: 'Список дел' },
    name: 'todo',
    words: beginning(
      'to[ -]?do(?![\\p{L}])',
      'todos',
      'tasks?[ -](?:list|track|manag|app|service|api|board)',
      'check[ -]?list',
      'спис\\p{L}* (?:дел|задач)',
      '(?:трекер\\p{L}*|учет\\p{L}*|менеджер\\p{L}*) (?:дел|задач)',
      'планировщик\\p{L}* (?:дел|задач)',
      'задачник',
      'туду',
      'чек-?лист',
    ),
    features: ['due-dates', 'priorities', 'tags', 'search', 'owner-key'],
    defaults: [],
  },
  notes: {
    title: { en: 'Notes', ru: 'Заметки' },
    name: 'notes',
    words: beginning(
      'note(?:s|book|[ -]taking|[ -]app)?(?![\\p{L}])',
      'memos?(?![\\p{L}])',
      'замет(?:к|ок)',
      'блокнот',
      'записн',
    ),
    features: ['tags', 'search', 'pinning', 'archive', 'owner-key'],
    defaults: [],
  },
  guestbook: {
    title: { en: 'Guestbook', ru: 'Гостевая книга' },
    name: 'guestbook',
    words: beginning('guest[ -]?book', 'visitors?[ -]?book', 'гостев'),
    features: ['moderation', 'replies', 'likes', 'pagination'],
    defaults: [],
  },
  'status-page': {
    title: { en: 'Status page', ru: 'Страница статуса' },
    name: 'status-page',
    words: beginning(
      'status[ -]?(?:page|board|dashboard|site)',
      'uptime page',
      '(?:if|whether) .{0,40}(?:sites?|services?|servers?|is|are) .{0,20}(?:up|down|online|alive)(?![\\p{L}])',
      'работают ли',
      'страни(?:ц\\p{L}*|чк\\p{L}*) (?:статус|состояни|доступност)',
      'статус-?(?:страниц|пейдж)',
    ),
    features: ['uptime-history', 'feed', 'owner-key'],
    defaults: [],
  },
  'webhook-catcher': {
    title: { en: 'Webhook catcher', ru: 'Приёмник вебхуков' },
    name: 'webhook-catcher',
    words: beginning(
      'web[ -]?hook',
      'request[ -](?:bin|catcher|inspector|logger)',
      'hook[ -]catcher',
      'echo[ -](?:server|service|api|endpoint)',
      'веб-?хук',
      'эхо-?(?:серв|сервис)',
    ),
    features: ['response-rules', 'search', 'retention', 'owner-key'],
    defaults: [],
  },
  'json-service': {
    title: { en: 'JSON service', ru: 'JSON-сервис' },
    name: 'records',
    words: beginning('json[ -]?(?:service|api|server)', 'json-?сервис'),
    features: ['search', 'pagination', 'csv-export', 'owner-key'],
    defaults: [],
  },
}
