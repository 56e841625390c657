import type { FieldType } from './spec.ts'

/**
 * Russian beginnings of common nouns → the English noun that names them in an address, and what a service that
 * keeps them is called in Russian. `name` where the project is not called by the plural of the noun.
 */
const RUSSIAN_NOUNS: readonly (readonly [stem: string, noun: string, title: string, name?: string])[] = [
  ['книг', 'book', 'Книги'],
  ['рецепт', 'recipe', 'Рецепты'],
  ['клиент', 'customer', 'Клиенты'],
  ['покупател', 'customer', 'Покупатели'],
  ['товар', 'product', 'Товары'],
  ['продукт', 'product', 'Продукты'],
  ['заказ', 'order', 'Заказы'],
  ['фильм', 'movie', 'Фильмы'],
  ['склад', 'item', 'Склад', 'inventory'],
  ['инвентар', 'item', 'Инвентарь', 'inventory'],
  ['вещ', 'item', 'Вещи'],
  ['контакт', 'contact', 'Контакты'],
  ['расход', 'expense', 'Расходы'],
  ['трат', 'expense', 'Траты'],
  ['доход', 'income', 'Доходы'],
  ['платеж', 'payment', 'Платежи'],
  ['счет', 'invoice', 'Счета'],
  ['событи', 'event', 'События'],
  ['мероприяти', 'event', 'Мероприятия'],
  ['встреч', 'meeting', 'Встречи'],
  ['сотрудник', 'employee', 'Сотрудники'],
  ['студент', 'student', 'Студенты'],
  ['ученик', 'student', 'Ученики'],
  ['машин', 'car', 'Машины'],
  ['автомобил', 'car', 'Автомобили'],
  ['растени', 'plant', 'Растения'],
  ['животн', 'animal', 'Животные'],
  ['питом', 'pet', 'Питомцы'],
  ['тренировк', 'workout', 'Тренировки'],
  ['тренирово', 'workout', 'Тренировки'],
  ['ваканси', 'vacancy', 'Вакансии'],
  ['отзыв', 'review', 'Отзывы'],
  ['баг', 'bug', 'Баги'],
  ['ошиб', 'bug', 'Ошибки'],
  ['заявк', 'ticket', 'Заявки'],
  ['тикет', 'ticket', 'Тикеты'],
  ['проект', 'project', 'Проекты'],
  ['песн', 'song', 'Песни'],
  ['игр', 'game', 'Игры'],
  ['адрес', 'address', 'Адреса'],
  ['закладк', 'bookmark', 'Закладки'],
  ['оборудовани', 'device', 'Оборудование'],
  ['устройств', 'device', 'Устройства'],
  ['подписк', 'subscription', 'Подписки'],
  ['подписок', 'subscription', 'Подписки'],
  ['закладок', 'bookmark', 'Закладки'],
  ['заявок', 'ticket', 'Заявки'],
  ['привыч', 'habit', 'Привычки'],
  ['библиотек', 'book', 'Библиотека', 'library'],
  ['задач', 'task', 'Задачи'],
  ['друз', 'friend', 'Друзья'],
  ['подар', 'gift', 'Подарки'],
  ['документ', 'document', 'Документы'],
  ['новост', 'article', 'Новости'],
  ['курс', 'course', 'Курсы'],
  ['урок', 'lesson', 'Уроки'],
  ['поставщик', 'supplier', 'Поставщики'],
  ['пациент', 'patient', 'Пациенты'],
  ['покуп', 'purchase', 'Покупки'],
  ['лекарств', 'medicine', 'Лекарства'],
  ['цитат', 'quote', 'Цитаты'],
]

export interface RussianNoun {
  singular: string
  title: string
  name: string
}

/** What a Russian word in any of its cases is, when it is a common noun. */
export const russianNoun = (word: string): RussianNoun | undefined => {
  const [, singular, title, name] = RUSSIAN_NOUNS.find(([stem]) => word.startsWith(stem)) ?? []
  return singular && title ? { singular, title, name: name ?? plural(singular) } : undefined
}

/** Of an English noun. */
export const plural = (noun: string): string => {
  if (noun === 'person') return 'people'
  if (noun === 'child') return 'children'
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}

/** Russian beginnings of common field names. */
export const RUSSIAN_FIELDS: readonly (readonly [stem: string, name: string])[] = [
  ['назван', 'name'],
  ['наименован', 'name'],
  ['имен', 'name'],
  ['имя', 'name'],
  ['фамили', 'surname'],
  ['заголов', 'title'],
  ['описан', 'description'],
  ['цен', 'price'],
  ['стоимост', 'price'],
  ['сумм', 'amount'],
  ['количеств', 'quantity'],
  ['колич', 'quantity'],
  ['числ', 'number'],
  ['номер', 'number'],
  ['год', 'year'],
  ['дат', 'date'],
  ['срок', 'due_date'],
  ['автор', 'author'],
  ['телефон', 'phone'],
  ['почт', 'email'],
  ['адрес', 'address'],
  ['город', 'city'],
  ['стран', 'country'],
  ['цвет', 'color'],
  ['размер', 'size'],
  ['вес', 'weight'],
  ['возраст', 'age'],
  ['рейтинг', 'rating'],
  ['оценк', 'rating'],
  ['статус', 'status'],
  ['категори', 'category'],
  ['тип', 'type'],
  ['комментар', 'comment'],
  ['заметк', 'note'],
  ['примечан', 'note'],
  ['ссылк', 'url'],
  ['текст', 'text'],
  ['ингредиент', 'ingredients'],
  ['издательств', 'publisher'],
  ['жанр', 'genre'],
  ['продолжительност', 'duration'],
  ['длительност', 'duration'],
  ['готов', 'done'],
  ['оплачен', 'paid'],
  ['активн', 'active'],
  ['в наличии', 'in_stock'],
]

const BY_NAME: readonly (readonly [FieldType, RegExp])[] = [
  [
    'number',
    /(^|_)(price|amount|quantity|qty|count|number|age|weight|height|width|total|stock|year|rating|score|cost|size_cm|duration|minutes|hours|pages|salary|budget|distance|calories|priority|servings)(_|$)/,
  ],
  ['date', /(^|_)(date|day|deadline|birthday|due|expires|expiry|published_on|bought_on)(_|$)/],
  [
    'boolean',
    /^(is|has|in|can)_|(^|_)(done|active|available|paid|published|finished|completed|enabled|read|owned)$/,
  ],
]

/** What kind of values a field of this name holds, when nobody said. */
export const typeByName = (name: string): FieldType =>
  BY_NAME.find(([, pattern]) => pattern.test(name))?.[0] ?? 'text'

/** Types as people say them. */
export const TYPE_WORDS: readonly (readonly [FieldType, RegExp])[] = [
  ['number', /^(number|numeric|int|integer|float|decimal|число|числовое|целое)$/],
  ['boolean', /^(bool|boolean|flag|yes[ /]no|true[ /]false|checkbox|флаг|да[ /]нет|логическое)$/],
  ['date', /^(date|day|дата|день)$/],
  ['text', /^(text|string|str|текст|строка|текстовое)$/],
]
