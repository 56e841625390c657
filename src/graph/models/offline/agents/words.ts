import type { Text } from '../spec.ts'

/** "JSON" stays what it is. */
const uncapitalised = (text: string) => text.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase())

/** What the offline product owner says, in both languages (X-5). Names are of projects, so they need no escaping. */
export const WORDS = {
  demo: {
    en: '*I am the offline demo: rules, not a language model. I can build a handful of small services; with OPENAI_API_KEY set, a real model takes my place.*',
    ru: '*Я демо без языковой модели: отвечаю по правилам и умею строить несколько небольших сервисов. С OPENAI_API_KEY моё место займёт настоящая модель.*',
  },
  understood: (kind: string, name: string, features: string): Text => ({
    en: `Understood: ${kind}${features ? ` with ${features}` : ''}, as **${name}**.`,
    ru: `Понял: ${uncapitalised(kind)}${features ? ` (${features})` : ''}, проект **${name}**.`,
  }),
  keeping: (kind: string, title: string, fields: string): Text => ({
    en: `${kind} “${title}” (${fields})`,
    ru: `${kind} «${title}» (${fields})`,
  }),
  planFollows: {
    en: 'The plan comes as a card; nothing is built before you approve it.',
    ru: 'План придёт карточкой; без вашего одобрения ничего не строится.',
  },
  planChanges: {
    en: 'I am changing the plan; a new card will replace the old one.',
    ru: 'Меняю план; новая карточка заменит прежнюю.',
  },
  changing: (name: string, runs: boolean): Text => ({
    en: `I am planning that change to **${name}**.${runs ? ' It keeps running meanwhile.' : ''}`,
    ru: `Планирую изменение **${name}**.${runs ? ' Сервис тем временем работает.' : ''}`,
  }),
  deploying: (name: string): Text => ({
    en: `I will test **${name}** and put it online again.`,
    ru: `Проверю **${name}** и выложу заново.`,
  }),
  repairing: (name: string): Text => ({
    en: `I will test **${name}** and start it afresh.`,
    ru: `Проверю **${name}** и запущу заново.`,
  }),
  recovering: (number: number): Text => ({
    en: `I am looking at incident #${number}. What is risky I ask before I do it.`,
    ru: `Смотрю инцидент #${number}. О рискованном сначала спрошу.`,
  }),
  whichIncident: (list: string): Text => ({
    en: `Several things are wrong: ${list}. Say which one, e.g. "fix incident 12".`,
    ru: `Не в порядке сразу несколько: ${list}. Скажите какой, например: «почини инцидент 12».`,
  }),
  allWell: { en: 'Nothing is wrong right now.', ru: 'Сейчас всё в порядке.' },
  wrongNow: { en: 'What is wrong now:', ru: 'Сейчас не в порядке:' },
  resolvedAlready: {
    en: 'That incident is resolved already.',
    ru: 'Этот инцидент уже закрыт.',
  },
  underRepair: {
    en: 'The repair of that incident is under way already; its card shows how far it is.',
    ru: 'Ремонт по этому инциденту уже идёт; ход виден на его карточке.',
  },
  partOfBigger: {
    en: 'That incident is part of a bigger one; fix that one.',
    ru: 'Этот инцидент часть большего; чинить надо тот.',
  },
  noIncident: { en: 'There is no such incident.', ru: 'Такого инцидента нет.' },
  intoMaintenance: (name: string): Text => ({
    en: `**${name}** is in maintenance. It keeps running; say "take ${name} out of maintenance" when you are done.`,
    ru: `**${name}** на обслуживании. Сервис работает; когда закончите, скажите «сними ${name} с обслуживания».`,
  }),
  outOfMaintenance: (name: string): Text => ({
    en: `**${name}** is active again.`,
    ru: `**${name}** снова активен.`,
  }),
  notThatWay: {
    en: 'That is not possible as the project is now. `/status` shows how it is.',
    ru: 'В нынешнем состоянии проекта так нельзя. Подробнее: `/status`.',
  },
  busy: (name: string): Text => ({
    en: `**${name}** is being worked on right now. Ask again when it is done, or say /stop.`,
    ru: `**${name}** сейчас в работе. Попросите ещё раз, когда закончу, или скажите /stop.`,
  }),
  unknownChange: (name: string, possible: string): Text => ({
    en: `The demo cannot make that change to **${name}**. It can do: ${possible}. Set OPENAI_API_KEY for anything else.`,
    ru: `Такое изменение **${name}** демо не умеет. Умеет: ${possible}. Для остального задайте OPENAI_API_KEY.`,
  }),
  whichProject: (names: string): Text => ({
    en: `Which project do you mean: ${names}?`,
    ru: `Какой проект вы имеете в виду: ${names}?`,
  }),
  unknownProject: (name: string): Text => ({
    en: `There is no project ${name}. /projects shows what there is.`,
    ru: `Проекта ${name} нет. Что есть, покажет /projects.`,
  }),
  refused: (reason: string): Text => ({
    en: `That did not work: ${reason}.`,
    ru: `Не получилось: ${reason}.`,
  }),
  questions: {
    en: 'Before I plan it, a few questions. Answer what matters to you, or say "go" and I will take the suggestions.',
    ru: 'Прежде чем планировать, уточню. Ответьте на важное или скажите «давай», и я возьму предложенное.',
  },
  decide: {
    en: 'Please decide with the buttons of the card; words alone approve nothing. `/approvals` shows what waits.',
    ru: 'Решите, пожалуйста, кнопками на карточке: словами ничего не одобряется. Что ждёт ответа, покажет `/approvals`.',
  },
  nothing_to_decide: {
    en: 'Nothing waits for an answer right now. Tell me what to build or change; `/help` shows more.',
    ru: 'Сейчас ничего не ждёт ответа. Скажите, что построить или изменить; подробнее: `/help`.',
  },
  command: (command: string): Text => ({
    en: `There is a command for that: \`${command}\`.`,
    ru: `Для этого есть команда: \`${command}\`.`,
  }),
  notYours: (name: string): Text => ({
    en: `Only the owner of **${name}**, operators and admins may have it changed.`,
    ru: `Менять **${name}** могут только хозяин проекта, операторы и администраторы.`,
  }),
  notAllowed: {
    en: 'Your role does not allow that. An admin can give you another one.',
    ru: 'Ваша роль этого не позволяет. Другую может дать администратор.',
  },
  underWay: {
    en: 'Work on this project is already under way. `/status` shows it.',
    ru: 'Над этим проектом уже идёт работа. Подробнее: `/status`.',
  },
  inWork: { en: 'being worked on', ru: 'в работе' },
  notDeployed: { en: 'not deployed', ru: 'не развёрнут' },
  done: { en: 'Done.', ru: 'Готово.' },
  projects: { en: 'Your projects:', ru: 'Ваши проекты:' },
  noProjects: {
    en: 'There are no projects yet. Tell me what to build, e.g. "create a URL shortener with click statistics".',
    ru: 'Проектов пока нет. Скажите, что построить, например: «сделай сервис коротких ссылок со статистикой».',
  },
  greeting: {
    en: 'Hello. Tell me what you want built, e.g. "create a guestbook". /help shows more.',
    ru: 'Здравствуйте. Скажите, что построить, например: «сделай гостевую книгу». Подробнее: /help.',
  },
  thanks: { en: 'You are welcome.', ru: 'Пожалуйста.' },
  farewell: {
    en: 'See you. Your services keep running.',
    ru: 'До встречи. Ваши сервисы продолжают работать.',
  },
  help: {
    en: 'Tell me what to build or change: a URL shortener, a to-do list, notes, a guestbook, a status page, a webhook catcher, or any small JSON service ("an inventory with name, price and quantity"). You get a plan to approve, then a running service. /projects, /status and /help show more.',
    ru: 'Скажите, что построить или изменить: короткие ссылки, список дел, заметки, гостевую книгу, страницу статуса, приёмник вебхуков или небольшой JSON-сервис («склад с названием, ценой и количеством»). Вы получите план на одобрение, затем работающий сервис. Подробнее: /projects, /status, /help.',
  },
  empty: {
    en: 'I see no words in that. Tell me what you want built, or say /help.',
    ru: 'Не вижу слов. Скажите, что построить, или спросите /help.',
  },
  not_understood: {
    en: 'I did not understand that. The demo understands requests such as "create a todo list", "how is url-shortener?", "add an expiry date to short links"; /help shows more.',
    ru: 'Не понял. Демо понимает просьбы вроде «сделай список дел», «как там url-shortener?», «добавь срок действия коротким ссылкам»; подробнее: /help.',
  },
} as const
