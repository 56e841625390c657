import { createServer } from 'node:http'
import { Bot, webhookCallback } from 'grammy'

/** What prorab is compared with: grammY's webhook as its documentation shows it, answering and writing nothing. */
const { TELEGRAM_BOT_TOKEN = '', TELEGRAM_API_ROOT = '', TELEGRAM_WEBHOOK_SECRET, PORT } = process.env

const bot = new Bot(TELEGRAM_BOT_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } })
bot.command('projects', (ctx) =>
  ctx.reply('Projects\n\nThere are no projects yet. Tell me what you want built.', {
    reply_parameters: { message_id: ctx.msg.message_id },
  }),
)

const webhook = webhookCallback(bot, 'http', { secretToken: TELEGRAM_WEBHOOK_SECRET })
await bot.init()
createServer((request, response) => {
  if (request.method === 'GET') response.end('ok')
  else void webhook(request, response)
}).listen(Number(PORT), '127.0.0.1')
