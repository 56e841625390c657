import { setLang } from '../../domain/users/change-user.ts'
import { LANGS } from '../texts.ts'
import { notice, view } from './answers.ts'
import { usageError, words } from './arguments.ts'
import type { Command } from './command.ts'
import { knockWithCode } from './knock.ts'

const start: Command = {
  name: 'start',
  family: 'talk',
  permission: 'talk',
  usage: '/start [CODE]',
  example: '/start',
  knock: knockWithCode,
  run: async ({ person }) => notice('welcome', { name: person.name }),
}

const help: Command = {
  name: 'help',
  aliases: ['commands'],
  family: 'talk',
  permission: 'talk',
  usage: '/help [COMMAND]',
  example: '/help logs',
  shows: (args) => {
    const [topic] = words(help, args, { min: 0, max: 1 })
    return view('help', topic ? { topic: topic.replace(/^\//, '').toLowerCase() } : {})
  },
}

const lang: Command = {
  name: 'lang',
  aliases: ['language'],
  family: 'talk',
  permission: 'talk',
  usage: '/lang en|ru',
  example: '/lang ru',
  run: async ({ tx, person }, args) => {
    const chosen = LANGS.find((one) => one === args.trim().toLowerCase())
    if (!chosen) throw usageError(lang)
    await setLang(tx, person, chosen)
    return notice('lang-changed')
  },
}

/** Adapters say this for a photo, a voice message, a sticker. */
const unsupported: Command = {
  name: 'unsupported',
  family: 'talk',
  permission: 'talk',
  usage: '/unsupported',
  example: '/unsupported',
  hidden: true,
  run: async () => notice('unsupported'),
}

export const talkCommands = [start, help, lang, unsupported]
