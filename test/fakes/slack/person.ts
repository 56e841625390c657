import { waitFor } from '../../support/wait-for.ts'
import type { SeenMessage } from '../slack.ts'
import type { createDeliveries, Delivery } from './deliveries.ts'
import type { FileMethods } from './files.ts'
import { BOT, TEAM, type View, type Workspace } from './workspace.ts'

type Json = Record<string, unknown>

export interface PersonDeps {
  workspace: Workspace
  files: FileMethods
  deliveries: ReturnType<typeof createDeliveries>
  event: (inner: Json) => Delivery
  seen: (channel?: string) => SeenMessage[]
  url: () => string
}

export interface SayOptions {
  /** Default: the direct messages with the bot. */
  channel?: string
  /** Timestamp of the thread's root. */
  thread?: string
  mention?: boolean
  /** Which events announce it; a mention has two. */
  announced?: ('message' | 'app_mention')[]
  /** A file that comes with it. */
  file?: AttachedFile
  /** Fields that the event has besides, e.g. a subtype. */
  extra?: Json
}

export interface AttachedFile {
  name: string
  content: string | Buffer
  /** It cannot be had any more. */
  gone?: boolean
}

/** What Slack's editor sends of a text. */
const encode = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Somebody in the workspace. Verbs resolve when Slack has taken the thing in, not when the app has. */
export const createPerson = (id: string, { workspace, files, deliveries, event, seen, url }: PersonDeps) => {
  const user = { id, username: workspace.person(id).name, name: workspace.person(id).name, team_id: TEAM.id }
  const direct = () => workspace.direct(id).id
  const responseUrl = (channel: string, threadTs?: string) =>
    `${url()}${workspace.responsePath({ channel, userId: id, threadTs })}`

  const attach = ({ name, content, gone = false }: AttachedFile) => {
    const data = Buffer.from(content)
    const file = workspace.newFile({ name, user: id, length: data.length })
    return Object.assign(file, { data, completed: true, deleted: gone })
  }

  /** Exactly this text, in Slack's own encoding. */
  const sends = (encoded: string, options: SayOptions = {}) => {
    const {
      channel = direct(),
      thread,
      mention,
      file,
      extra = {},
      announced = ['message', 'app_mention'],
    } = options
    workspace.channels.get(channel)?.members.add(id)
    const ts = workspace.nextTs()
    const text = mention ? `<@${BOT.userId}> ${encoded}` : encoded
    const attached = file && [attach(file)]
    workspace.add({ channel, ts, user: id, text, blocks: [], threadTs: thread, files: attached })
    const said: Json = {
      ...{ channel, user: id, text, ts },
      ...(thread ? { thread_ts: thread, parent_user_id: workspace.find(channel, thread)?.user } : {}),
      ...(attached ? { files: attached.map(files.toApi) } : {}),
      ...extra,
    }
    const subtype = attached ? { subtype: 'file_share' } : {}
    // The bot hears only the channels it is in.
    if (!workspace.channels.get(channel)?.members.has(BOT.userId)) return ts
    const isDirect = channel.startsWith('D')
    if (announced.includes('message'))
      event({ type: 'message', channel_type: isDirect ? 'im' : 'channel', ...subtype, ...said })
    const named = text.includes(`<@${BOT.userId}>`) && !isDirect
    if (named && announced.includes('app_mention')) event({ type: 'app_mention', ...said })
    return ts
  }

  const newestView = (): View => {
    const view = workspace.views.findLast((one) => one.userId === id && one.open)
    if (!view) throw new Error('no form is open')
    return view
  }

  return {
    id,
    direct,
    sends,
    /** @returns the timestamp of the message. */
    says: (text: string, options: SayOptions = {}) => sends(encode(text), options),
    /** Presses a button of the newest message that has one with this label, `ageMs` ago. */
    presses: (label: string, { channel, ageMs }: { channel?: string; ageMs?: number } = {}): Delivery => {
      const message = seen(channel).findLast((one) => one.buttons.some((button) => button.label === label))
      const button = message?.buttons.find((one) => one.label === label)
      if (!message || !button) throw new Error(`nobody can press ${label}: there is no such button`)
      // A message with replies is the root of its own thread.
      const isRoot = workspace.messages.some((one) => one.threadTs === message.ts)
      const threadTs = message.threadTs ?? (isRoot ? message.ts : undefined)
      return deliveries.deliver('interactive', {
        type: 'block_actions',
        user,
        api_app_id: BOT.appId,
        team: TEAM,
        channel: { id: message.channel, name: 'some-name' },
        trigger_id: workspace.trigger(id, ageMs),
        response_url: responseUrl(message.channel, message.threadTs),
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: false,
          ...(threadTs ? { thread_ts: threadTs } : {}),
        },
        message: { type: 'message', ts: message.ts, text: message.text, blocks: message.blocks },
        actions: [
          {
            type: 'button',
            action_id: button.actionId,
            block_id: button.blockId,
            value: button.value,
            text: { type: 'plain_text', text: button.label },
            action_ts: workspace.nextTs(),
          },
        ],
      })
    },
    /** Fills in the open form and sends it: the field for a text, and the one for a file where there is one. */
    submits: (text: string | null, { file }: { file?: AttachedFile } = {}): Delivery => {
      const view = newestView()
      const blocks = (view.view.blocks ?? []) as Input[]
      const inputs = blocks.filter(({ type }) => type === 'input')
      if (inputs.length === 0) throw new Error('the form has no field')
      if (file && !inputs.some(isForFiles)) throw new Error('the form takes no file')
      const filled = (input: Input) =>
        isForFiles(input)
          ? { type: 'file_input', files: file ? [files.toApi(attach(file))] : [] }
          : { type: 'plain_text_input', value: text }
      return deliveries.deliver(
        'interactive',
        {
          type: 'view_submission',
          team: TEAM,
          user,
          api_app_id: BOT.appId,
          trigger_id: workspace.trigger(id),
          response_urls: [],
          view: {
            id: view.id,
            ...view.view,
            state: {
              values: Object.fromEntries(
                inputs.map((input) => [input.block_id, { [input.element.action_id]: filled(input) }]),
              ),
            },
          },
        },
        (answer) => {
          const { response_action, errors } = (answer ?? {}) as {
            response_action?: string
            errors?: typeof view.errors
          }
          view.open = response_action === 'errors'
          view.errors = errors ?? {}
        },
      )
    },
    /** A slash command, e.g. `/prorab projects`. */
    runs: (line: string, { channel = direct() }: { channel?: string } = {}): Delivery => {
      const [command = '', ...rest] = line.split(' ')
      if (!command.startsWith('/')) throw new Error('a command begins with a slash')
      return deliveries.deliver('slash_commands', {
        token: 'legacy-verification-token',
        team_id: TEAM.id,
        team_domain: TEAM.domain,
        channel_id: channel,
        channel_name: workspace.channels.get(channel)?.name ?? 'unknown',
        user_id: id,
        user_name: user.name,
        command,
        text: encode(rest.join(' ')),
        api_app_id: BOT.appId,
        is_enterprise_install: 'false',
        response_url: responseUrl(channel),
        trigger_id: workspace.trigger(id),
      })
    },
    /** Waits for the form of this person, e.g. after a click. */
    sees: () =>
      waitFor(() => workspace.views.findLast((view) => view.userId === id && view.open), 'an open form'),
    deletes: (ref: string) => {
      const [channel, ts] = ref.split(':')
      const message = workspace.find(channel, ts)
      if (message) message.deleted = true
    },
  }
}

interface Input {
  type: string
  block_id: string
  element: { type: string; action_id: string }
}

const isForFiles = ({ element }: Input) => element.type === 'file_input'
