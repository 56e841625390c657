import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../../../src/graph/models/offline/mentions.ts'
import { serviceSpec } from '../../../../src/graph/models/offline/spec.ts'
import { understand, understandAnswer } from '../../../../src/graph/models/offline/understand.ts'

const NOBODY: Context = { projects: [] }
const SHORTENER: Context = { projects: [{ name: 'url-shortener', kind: 'url-shortener', status: 'active' }] }
const SEVERAL: Context = {
  projects: [
    { name: 'url-shortener', kind: 'url-shortener', status: 'active' },
    { name: 'family-wall', kind: 'guestbook', status: 'active' },
    { name: 'stock', kind: 'json-service', status: 'draft' },
    { name: 'old-site', kind: undefined, status: 'active' },
  ],
}
const TWO_LISTS: Context = {
  projects: [
    { name: 'home-tasks', kind: 'todo', status: 'active' },
    { name: 'work-tasks', kind: 'todo', status: 'active' },
  ],
}

const spec = (message: string, context = NOBODY) => {
  const understood = understand(message, context)
  if (understood.intent !== 'new') throw new Error(`“${message}” was taken for ${understood.intent}`)
  return understood
}

describe('a request for a new service', () => {
  test.each([
    [
      'create a URL shortener with click statistics',
      'url-shortener',
      'url-shortener',
      ['statistics', 'custom-slugs'],
    ],
    ['make me a url shortener', 'url-shortener', 'url-shortener', ['statistics', 'custom-slugs']],
    [
      'Please build a link shortener where links expire',
      'url-shortener',
      'url-shortener',
      ['statistics', 'custom-slugs', 'expiry'],
    ],
    ['I need a link shortener without statistics', 'url-shortener', 'url-shortener', ['custom-slugs']],
    ['сделай сервис коротких ссылок', 'url-shortener', 'url-shortener', ['statistics', 'custom-slugs']],
    [
      'Создай сокращатель ссылок со сроком действия',
      'url-shortener',
      'url-shortener',
      ['statistics', 'custom-slugs', 'expiry'],
    ],
    ['нужен укорачиватель ссылок без статистики', 'url-shortener', 'url-shortener', ['custom-slugs']],
    ['create a guestbook called family-wall', 'guestbook', 'family-wall', []],
    [`create a guestbook called "Ann's wall"`, 'guestbook', 'anns-wall', []],
    [`create a guestbook called "'; DROP TABLE projects; --"`, 'guestbook', 'drop-table-projects', []],
    ['создай гостевую книгу под названием «Наша стена»', 'guestbook', 'nasha-stena', []],
    [
      'Сделай гостевую книгу под названием Дача с модерацией и лайками',
      'guestbook',
      'dacha',
      ['moderation', 'likes'],
    ],
    [
      'I want a todo list with due dates, priorities and tags',
      'todo',
      'todo',
      ['due-dates', 'priorities', 'tags'],
    ],
    ['make a to-do app named "Home Tasks" with search', 'todo', 'home-tasks', ['search']],
    ['сделай список дел с дедлайнами', 'todo', 'todo', ['due-dates']],
    ['хочу трекер задач с приоритетами и тегами', 'todo', 'todo', ['priorities', 'tags']],
    ['build a notes app with an archive', 'notes', 'notes', ['archive']],
    ['нужны заметки с поиском', 'notes', 'notes', ['search']],
    [
      'create a status page with RSS and uptime history',
      'status-page',
      'status-page',
      ['uptime-history', 'feed'],
    ],
    ['создай страницу статуса для нашей компании', 'status-page', 'status-page', []],
    [
      'spin up a webhook catcher with custom responses',
      'webhook-catcher',
      'webhook-catcher',
      ['response-rules'],
    ],
    ['сделай приёмник вебхуков', 'webhook-catcher', 'webhook-catcher', []],
    ['can you make me an echo server?', 'webhook-catcher', 'webhook-catcher', []],
    ['guestbook please', 'guestbook', 'guestbook', []],
    ['hi! create a notes app with a password', 'notes', 'notes', ['owner-key']],
    ['deploy a url shortener', 'url-shortener', 'url-shortener', ['statistics', 'custom-slugs']],
  ] as const)('“%s”', (message, kind, name, features) => {
    const understood = spec(message)
    expect(understood.spec).toMatchObject({ kind, name })
    expect([...understood.spec.features].sort()).toEqual([...features].sort())
    expect(understood.questions).toEqual([])
    expect(understood.problem).toBeUndefined()
  })

  test.each([
    ['craete a url shortner', 'url-shortener', 'url-shortener'],
    ['biuld a guestbok called Wrold', 'guestbook', 'wrold'],
    ['создйа страницу статсуа', 'status-page', 'status-page'],
    ['make me a page that shows if my sites are up', 'status-page', 'status-page'],
    ['сделай сервис для книг с названием и автором', 'json-service', 'books'],
    ['сделай сервис «склад» с названием и ценой', 'json-service', 'inventory'],
    ['мне нужен трекер привычек', 'json-service', 'habits'],
    ['сделай сервис для зябликов', 'json-service', 'zyablikov'],
  ] as const)('“%s” is understood as it was meant', (message, kind, name) => {
    expect(spec(message).spec).toMatchObject({ kind, name })
  })

  test('records of a Russian word that has no known translation are just records', () => {
    expect(spec('сделай сервис для зябликов').spec.resource?.plural).toBe('records')
  })

  test('a project with an English name is found by its Russian one', () => {
    const projects = ['books', 'movies'].map((name) => ({
      name,
      kind: 'json-service' as const,
      status: 'active',
    }))
    expect(understand('добавь поле жанр в книги', { projects })).toMatchObject({
      intent: 'update',
      project: 'books',
    })
  })

  test.each([
    [
      'create an inventory service with name, price and quantity',
      'inventory',
      'items',
      ['name:text', 'price:number', 'quantity:number'],
    ],
    [
      'build a recipe API with fields title, ingredients, minutes (number) and search',
      'recipes',
      'recipes',
      ['title:text', 'ingredients:text', 'minutes:number'],
    ],
    ['make a service for tracking plants', 'plants', 'plants', ['name:text', 'description:text']],
    [
      'I need an API for managing books called Library: title, author',
      'library',
      'books',
      ['title:text', 'author:text'],
    ],
    [
      'создай сервис учёта книг с названием, автором и годом',
      'books',
      'books',
      ['name:text', 'author:text', 'year:number'],
    ],
    [
      'сделай каталог товаров с полями: название, цена, количество',
      'products',
      'products',
      ['name:text', 'price:number', 'quantity:number'],
    ],
    ['create a json service called pets', 'pets', 'items', ['name:text', 'description:text']],
  ] as const)('“%s” keeps what it names', (message, name, plural, fields) => {
    const { spec: found, questions } = spec(message)
    expect(found.kind).toBe('json-service')
    expect(found.name).toBe(name)
    expect(found.resource?.plural).toBe(plural)
    expect(found.resource?.fields.map((field) => `${field.name}:${field.type}`)).toEqual(fields)
    expect(questions).toEqual([])
  })

  test.each([
    'make me a bot',
    'сделай сайт',
    'create something',
    'Создай приложение',
    'build an app',
    'make a telegram bot for pizza',
    'сделай мне что-нибудь',
    'create a project called shop',
  ])('“%s” is too thin, so at most three questions are asked, each with a suggestion', (message) => {
    const { questions, spec: suggested } = spec(message)
    expect(questions.length).toBeGreaterThan(0)
    expect(questions.length).toBeLessThanOrEqual(3)
    for (const { text, suggestion } of questions)
      for (const words of [text.en, text.ru, suggestion.en, suggestion.ru]) expect(words).not.toBe('')
    expect(serviceSpec.parse(suggested)).toEqual(suggested)
  })

  test.each([
    ['make me a bot', 'go', 'todo', 'todo'],
    ['make me a bot', 'a guestbook called wall, with likes', 'guestbook', 'wall'],
    ['сделай сайт', 'давай', 'todo', 'todo'],
    ['сделай сайт', 'заметки', 'notes', 'notes'],
    ['create a project called shop', 'products with name and price', 'json-service', 'shop'],
  ] as const)('“%s”, answered “%s”, is never asked again', (request, answer, kind, name) => {
    const understood = understandAnswer(request, answer, NOBODY)
    expect(understood).toMatchObject({ intent: 'new', questions: [], spec: { kind, name } })
  })

  test('a name that is taken gets a number, and a name that was asked for says so', () => {
    expect(spec('create another url shortener', SHORTENER)).toMatchObject({
      spec: { name: 'url-shortener-2' },
      problem: undefined,
    })
    const asked = spec('create a guestbook called family-wall', SEVERAL)
    expect(asked.spec.name).toBe('family-wall-2')
    expect(asked.problem?.en).toMatch(/already/)
    expect(asked.problem?.ru).toMatch(/уже есть/)
  })

  test.each([
    ['create a guestbook called ../../etc', /path/],
    ['create a guestbook called "C:\\windows"', /path/],
    [`create a guestbook called ${'x'.repeat(200)}`, /longer than 40/],
    ['create a guestbook called "🎉🎉"', /no letters/],
    ['create a guestbook called 2048', /digit/],
    ['create a guestbook called x', /too short/],
  ] as const)('“%s” is built under another name, and why is told', (message, reason) => {
    const { spec: found, problem } = spec(message)
    expect(problem?.en).toMatch(reason)
    expect(found.name).toBe('guestbook')
  })
})

describe('a message about what exists', () => {
  test.each([
    ['how is the shortener going?', 'url-shortener'],
    ['что с сокращателем?', 'url-shortener'],
    ['status of family-wall', 'family-wall'],
    ['is the guestbook ready?', 'family-wall'],
    ['как там гостевая книга?', 'family-wall'],
    ['покажи stock', 'stock'],
  ])('“%s” asks how a project is', (message, project) => {
    expect(understand(message, SEVERAL)).toMatchObject({ intent: 'status', project, all: false })
  })

  test.each([
    'list my projects',
    'show me all projects',
    'какие у меня проекты?',
    'покажи мои проекты',
    'status',
    'what is going on?',
  ])('“%s” asks about everything', (message) => {
    expect(understand(message, SEVERAL)).toMatchObject({ intent: 'status', all: true })
  })

  test.each([
    ['add an expiry date to short links', 'url-shortener', ['expiry']],
    ['добавь срок действия к коротким ссылкам', 'url-shortener', ['expiry']],
    ['сделай так, чтобы ссылки удалялись: удаление ссылок', 'url-shortener', ['link-removal']],
    ['make links expire', 'url-shortener', ['expiry']],
    ['update family-wall: moderation and replies please', 'family-wall', ['moderation', 'replies']],
    ['добавь модерацию в family-wall', 'family-wall', ['moderation']],
    ['add moderation', 'family-wall', ['moderation']],
    ['add csv export to stock', 'stock', ['csv-export']],
  ] as const)('“%s” changes a project', (message, project, add) => {
    expect(understand(message, SEVERAL)).toMatchObject({
      intent: 'update',
      project,
      change: { add },
      unknownChange: false,
    })
  })

  test('new fields are read with their types', () => {
    const fields = (message: string) => {
      const understood = understand(message, SEVERAL)
      return understood.intent === 'update' ? understood.change.fields : understood.intent
    }
    expect(fields('add a field color to stock')).toEqual([{ name: 'color', type: 'text' }])
    expect(fields('add fields weight and bought on (date) to stock')).toEqual([
      { name: 'weight', type: 'number' },
      { name: 'bought_on', type: 'date' },
    ])
    expect(fields('добавь поле цвет в stock')).toEqual([{ name: 'color', type: 'text' }])
    expect(fields('add a supplier field to stock')).toEqual([{ name: 'supplier', type: 'text' }])
  })

  test('a change nobody knows how to make is known as such', () => {
    expect(understand('add video calls to family-wall', SEVERAL)).toMatchObject({
      intent: 'update',
      project: 'family-wall',
      unknownChange: true,
    })
    expect(understand('make the old-site blue', SEVERAL)).toMatchObject({
      project: 'old-site',
      unknownChange: true,
    })
  })

  test('when several projects could be meant, the person is to choose, unless one was just talked about', () => {
    const message = 'add due dates to the todo list'
    expect(understand(message, TWO_LISTS)).toMatchObject({
      intent: 'update',
      project: undefined,
      candidates: ['home-tasks', 'work-tasks'],
      change: { add: ['due-dates'] },
    })
    expect(understand(message, { ...TWO_LISTS, lastProject: 'work-tasks' })).toMatchObject({
      project: 'work-tasks',
      candidates: [],
    })
    expect(understand('add due dates to home tasks', TWO_LISTS)).toMatchObject({ project: 'home-tasks' })
  })

  test('a project that does not exist is not mistaken for another one', () => {
    expect(understand('what is the status of blue-moon?', SHORTENER)).toMatchObject({
      project: undefined,
      unknown: 'blue-moon',
    })
    expect(understand('deploy blue-moon', SHORTENER)).toMatchObject({
      intent: 'deploy',
      project: undefined,
      unknown: 'blue-moon',
    })
  })

  test.each([
    ['deploy family-wall', 'deploy', 'family-wall'],
    ['redeploy the url shortener', 'deploy', 'url-shortener'],
    ['разверни family-wall', 'deploy', 'family-wall'],
    ['выкати сокращатель', 'deploy', 'url-shortener'],
    ['the shortener is down', 'fix', 'url-shortener'],
    ['fix family-wall', 'fix', 'family-wall'],
    ['family-wall не работает', 'fix', 'family-wall'],
    ['почини гостевую книгу', 'fix', 'family-wall'],
    ['put family-wall into maintenance', 'maintenance', 'family-wall'],
    ['переведи family-wall в режим обслуживания', 'maintenance', 'family-wall'],
  ] as const)('“%s” means %s', (message, intent, project) => {
    expect(understand(message, SEVERAL)).toMatchObject({ intent, project })
  })

  test('maintenance is begun and ended', () => {
    expect(understand('put family-wall into maintenance', SEVERAL)).toMatchObject({ on: true })
    expect(understand('take family-wall out of maintenance', SEVERAL)).toMatchObject({ on: false })
    expect(understand('выведи family-wall из обслуживания', SEVERAL)).toMatchObject({ on: false })
  })
})

describe('other messages', () => {
  test.each([
    ['hello', 'smalltalk'],
    ['Привет!', 'smalltalk'],
    ['thanks a lot', 'smalltalk'],
    ['спасибо', 'smalltalk'],
    ['how are you?', 'smalltalk'],
    ['help', 'help'],
    ['/help', 'help'],
    ['what can you do?', 'help'],
    ['что ты умеешь?', 'help'],
    ['the weather is lovely in spring', 'unclear'],
    ["'; DROP TABLE projects; --", 'unclear'],
    ['', 'unclear'],
    ['   ', 'unclear'],
    ['🎉🎉🎉', 'unclear'],
    ['\u202e\u200f\u0000\u0007', 'unclear'],
  ])('%j is %s', (message, intent) => {
    expect(understand(message, SEVERAL).intent).toBe(intent)
  })

  test('the language is the one most letters are in', () => {
    expect(understand('сделай url shortener пожалуйста', NOBODY).language).toBe('ru')
    expect(understand('make a гостевую', NOBODY).language).toBe('ru')
    expect(understand('create a notes app', NOBODY).language).toBe('en')
    expect(understand('🎉', NOBODY).language).toBe('en')
  })

  test('invisible characters between words change nothing', () => {
    expect(spec('create\u0000 a\u200b guest\u200dbook\u202e called\nfamily-wall').spec).toMatchObject({
      kind: 'guestbook',
      name: 'family-wall',
    })
  })

  test('whatever is said, an answer comes at once, and every service it speaks of can be written', () => {
    const words = fc.constantFrom(
      'create',
      'a',
      'make',
      'called',
      'with',
      'fields',
      'add',
      'сделай',
      'с полями',
      'под названием',
      'API',
      'for',
      '../',
      '"',
      '«',
      '(',
      ':',
      ',',
      'constructor',
      '__proto__',
      'note',
      'ссылок',
      '<b>',
      '$(x)',
      '`',
      '🎉',
      '\u202e',
      'и',
      'DROP TABLE',
      'x'.repeat(300),
    )
    const message = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(message, fc.constantFrom(NOBODY, SEVERAL, TWO_LISTS), (text, context) => {
        const understood = understand(text, context)
        if (understood.intent === 'new') serviceSpec.parse(understood.spec)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each(['a', 'create ', 'add ', 'с ', ', ', 'field ', '"called ', 'links expire '])(
    '20,000 characters of %j are read as fast as any message',
    (piece) => {
      const started = performance.now()
      understand(piece.repeat(Math.ceil(20_000 / piece.length)), SEVERAL)
      expect(performance.now() - started).toBeLessThan(2_000)
    },
  )
})
