import type { Feature, Text } from './spec.ts'
import { beginning } from './words.ts'

interface FeatureInfo {
  /** As it stands in a plan. */
  label: Text
  words: RegExp
}

export const FEATURE_INFO: Record<Feature, FeatureInfo> = {
  statistics: {
    label: { en: 'click statistics', ru: 'статистика переходов' },
    words: beginning(
      'stat(?:s|istic)',
      'analytics',
      'metrics',
      'clicks?(?![\\p{L}])',
      'click[ -](?:count|track)',
      'count\\p{L}* (?:the )?(?:click|visit|redirect)',
      'visits',
      'статистик',
      'аналитик',
      'счетчик',
      'клик',
      '(?:число|количество|учет|подсчет) переход',
      'считать переход',
    ),
  },
  'custom-slugs': {
    label: { en: 'own slugs', ru: 'свои адреса ссылок' },
    words: beginning(
      'custom (?:short )?(?:slug|alias|name|link|url|address|code)',
      '(?:own|personal|vanity) (?:short )?(?:slug|alias|link|url|name|address)',
      'vanity',
      'alias',
      'slugs?(?![\\p{L}])',
      '(?:свои|своих|своими|собственн\\p{L}*) (?:короткие )?(?:слаг|адрес|имен|им|алиас|ссыл)',
      'псевдоним',
      'алиас',
      'слаг',
    ),
  },
  expiry: {
    label: { en: 'expiry dates', ru: 'срок действия' },
    words: beginning(
      'expir',
      'ttl(?![\\p{L}])',
      'time[ -]?limit',
      'valid (?:until|for)',
      'lifetime',
      'срок\\p{L}* (?:действия|жизни|годности)',
      'истека',
      'истеч',
      'протух',
      'устарева',
    ),
  },
  'link-removal': {
    label: { en: 'removing links', ru: 'удаление ссылок' },
    words: beginning(
      '(?:delet|remov)\\p{L}* (?:of )?(?:a |an |the |any |short |old |my )*(?:link|url)',
      '(?:link|url)s? (?:deletion|removal|deleting|removing)',
      'удал\\p{L}* (?:\\p{L}+ )?ссыл',
    ),
  },
  'due-dates': {
    label: { en: 'due dates', ru: 'сроки' },
    words: beginning('due(?![\\p{L}])', 'deadline', 'дедлайн', 'срок'),
  },
  priorities: {
    label: { en: 'priorities', ru: 'приоритеты' },
    words: beginning('priorit', 'importance', 'приоритет', 'важност', 'срочност'),
  },
  tags: {
    label: { en: 'tags', ru: 'теги' },
    words: beginning(
      'tag(?:s|ging|ged)?(?![\\p{L}])',
      'label',
      'categor',
      'тег',
      'тэг',
      'метк',
      'меток',
      'категори',
    ),
  },
  search: {
    label: { en: 'search', ru: 'поиск' },
    words: beginning('search', 'full[ -]text', 'поиск', 'искать', 'искал'),
  },
  pinning: {
    label: { en: 'pinning', ru: 'закрепление' },
    words: beginning('pin(?:s|ned|ning)?(?![\\p{L}])', 'favou?rite', 'закреп', 'избранн'),
  },
  archive: {
    label: { en: 'archive', ru: 'архив' },
    words: beginning('archiv', 'архив'),
  },
  moderation: {
    label: { en: 'moderation', ru: 'модерация' },
    words: beginning('moderat', 'approv', 'pre-?approv', 'модерац', 'модерир', 'премодерац', 'одобр'),
  },
  replies: {
    label: { en: 'replies of the owner', ru: 'ответы владельца' },
    words: beginning('repl(?:y|ies)', 'answer', 'ответ', 'отвеча'),
  },
  likes: {
    label: { en: 'likes', ru: 'отметки «нравится»' },
    words: beginning('likes?(?![\\p{L}])', 'hearts?(?![\\p{L}])', 'upvot', 'лайк', 'нравит', 'сердечк'),
  },
  pagination: {
    label: { en: 'pages of entries', ru: 'постраничный вывод' },
    words: beginning(
      'paginat',
      'paging',
      'page by page',
      'постраничн',
      'пагинац',
      'разбивк\\p{L}* на страниц',
    ),
  },
  feed: {
    label: { en: 'a feed to subscribe to', ru: 'лента для подписки' },
    words: beginning(
      'rss(?![\\p{L}])',
      'atom(?![\\p{L}])',
      'feeds?(?![\\p{L}])',
      'subscri',
      'лент',
      'подпис',
    ),
  },
  'uptime-history': {
    label: { en: 'uptime history', ru: 'история доступности' },
    words: beginning(
      'uptime(?! page)',
      'availability',
      'аптайм',
      'истори\\p{L}* (?:доступност|состояни)',
      'доступност',
    ),
  },
  'response-rules': {
    label: { en: 'own answers to senders', ru: 'свои ответы отправителям' },
    words: beginning(
      '(?:custom|own|configurable) (?:response|answer|repl)',
      'response',
      'respond',
      'answer',
      'mock',
      'ответ',
      'отвеча',
    ),
  },
  retention: {
    label: { en: 'removing old requests', ru: 'удаление старых запросов' },
    words: beginning(
      'retention',
      '(?:keep|store)\\p{L}* .{0,40}days',
      'auto(?:matic(?:ally)?)?[ -]?(?:delet|remov|clean)',
      '(?:delet|remov)\\p{L}* (?:the )?old',
      'срок\\p{L}* хранения',
      'хранить .{0,40}дн',
      'автоудал',
      'удал\\p{L}* (?:старых|старые)',
    ),
  },
  'csv-export': {
    label: { en: 'CSV export', ru: 'выгрузка в CSV' },
    words: beginning('csv', 'export', 'excel', 'spreadsheet', 'экспорт', 'выгруз', 'эксель'),
  },
  'owner-key': {
    label: { en: 'access only with the owner key', ru: 'доступ по ключу владельца' },
    words: beginning(
      'password',
      '(?:api|owner|access|admin|secret)[ -]?(?:key|token)',
      'protect',
      'log[ -]?in(?![\\p{L}])',
      'auth(?:entication|orization)?(?![\\p{L}])',
      'only (?:i|me|the owner)(?![\\p{L}])',
      'парол',
      '(?:доступ\\p{L}* )?(?:по|с) ключ',
      'ключ\\p{L}* (?:доступа|владельца)',
      'защит',
      'авториз',
      'логин',
      'только (?:я|мне|владел)(?:е|ь|ьц|$|(?![\\p{L}]))',
    ),
  },
}
