import { blockProblems, MAX_BLOCKS_BYTES, viewProblems } from './blocks.ts'
import type { FileMethods } from './files.ts'
import { BOT, type Message, TEAM, type Workspace } from './workspace.ts'

type Json = Record<string, unknown>
export type Answer = Json & { ok: boolean }

export interface WebApiDeps {
  workspace: Workspace
  botToken: string
  appToken: string
  /** A fresh address for one Socket Mode connection. */
  socketUrl: () => string
  files: FileMethods
  /** Tells the world that the bot said, changed or deleted something. */
  announce: (event: Json) => void
}

export const no = (error: string, messages?: string[]): Answer => ({
  ok: false,
  error,
  ...(messages ? { response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } } : {}),
})

/** One call of the Web API. `args` are the parameters, already read from JSON or form; `token` is the bearer. */
export const createWebApi = ({ workspace, files, botToken, appToken, socketUrl, announce }: WebApiDeps) => {
  const eventOf = (message: Message): Json => ({
    type: 'message',
    channel: message.channel,
    user: message.user,
    bot_id: BOT.botId,
    app_id: BOT.appId,
    text: message.text,
    blocks: message.blocks,
    ts: message.ts,
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.files ? { files: message.files.map(files.toApi) } : {}),
  })

  const contentProblem = ({ text, blocks }: Json): Answer | undefined => {
    if (!text && (!Array.isArray(blocks) || blocks.length === 0)) return no('no_text')
    if (typeof text === 'string' && text.length > 40_000) return no('msg_too_long')
    if (blocks === undefined) return undefined
    const problems = blockProblems(blocks)
    if (problems.length > 0) return no('invalid_blocks', problems)
    if (Buffer.byteLength(JSON.stringify(blocks)) > MAX_BLOCKS_BYTES) return no('msg_blocks_too_long')
    return undefined
  }

  const channelProblem = (id: unknown): Answer | undefined => {
    const channel = workspace.channels.get(String(id))
    if (!channel) return no('channel_not_found')
    if (channel.archived) return no('is_archived')
    if (!channel.members.has(BOT.userId)) return no('not_in_channel')
    return undefined
  }

  const threadProblem = ({ channel, thread_ts }: Json): Answer | undefined => {
    if (thread_ts === undefined) return undefined
    const root = workspace.find(channel, thread_ts)
    if (!root) return no('thread_not_found')
    return root.threadTs && root.threadTs !== root.ts ? no('invalid_thread_ts') : undefined
  }

  const metadataProblem = ({ metadata }: Json): Answer | undefined => {
    if (metadata === undefined) return undefined
    const { event_type, event_payload } = metadata as Json
    const isPayload = typeof event_payload === 'object' && event_payload !== null
    return typeof event_type === 'string' && isPayload ? undefined : no('invalid_metadata_format')
  }

  const page = (args: Json, belongs: (message: Message) => boolean): Answer => ({
    ok: true,
    messages: workspace.messages
      .filter(
        (one) => one.channel === args.channel && !one.deleted && one.onlyTo === undefined && belongs(one),
      )
      .filter((one) => Number(one.ts) > Number(args.oldest ?? 0))
      .slice(-Number(args.limit ?? 100))
      .reverse()
      .map((one) => ({ ...eventOf(one), ...(args.include_all_metadata ? { metadata: one.metadata } : {}) })),
    has_more: false,
  })

  const blocksOf = ({ blocks }: Json): Json[] => (Array.isArray(blocks) ? blocks : [])

  const methods: Record<string, (args: Json) => Answer> = {
    'auth.test': () => ({
      ok: true,
      url: `https://${TEAM.domain}.slack.com/`,
      team: TEAM.name,
      team_id: TEAM.id,
      user: BOT.name,
      user_id: BOT.userId,
      bot_id: BOT.botId,
      is_enterprise_install: false,
    }),
    'chat.postMessage': (args) => {
      const problem =
        channelProblem(args.channel) ?? contentProblem(args) ?? threadProblem(args) ?? metadataProblem(args)
      if (problem) return problem
      const message = workspace.add({
        channel: String(args.channel),
        ts: workspace.nextTs(),
        user: BOT.userId,
        text: String(args.text ?? ''),
        blocks: blocksOf(args),
        threadTs: args.thread_ts === undefined ? undefined : String(args.thread_ts),
        metadata: args.metadata,
      })
      announce(eventOf(message))
      return { ok: true, channel: message.channel, ts: message.ts, message: eventOf(message) }
    },
    'chat.update': (args) => {
      if (!workspace.channels.has(String(args.channel))) return no('channel_not_found')
      const message = workspace.find(args.channel, args.ts)
      if (!message) return no('message_not_found')
      if (message.user !== BOT.userId) return no('cant_update_message')
      const problem = contentProblem(args)
      if (problem) return problem
      const previous = eventOf(message)
      Object.assign(message, {
        text: String(args.text ?? ''),
        blocks: blocksOf(args),
        edits: message.edits + 1,
      })
      announce({
        type: 'message',
        subtype: 'message_changed',
        channel: message.channel,
        ts: workspace.nextTs(),
        message: eventOf(message),
        previous_message: previous,
      })
      return { ok: true, channel: message.channel, ts: message.ts, text: message.text }
    },
    'chat.delete': (args) => {
      const message = workspace.find(args.channel, args.ts)
      if (!message) return no('message_not_found')
      if (message.user !== BOT.userId) return no('cant_delete_message')
      message.deleted = true
      announce({
        type: 'message',
        subtype: 'message_deleted',
        channel: message.channel,
        ts: workspace.nextTs(),
        deleted_ts: message.ts,
      })
      return { ok: true, channel: message.channel, ts: message.ts }
    },
    'chat.postEphemeral': (args) => {
      const problem = channelProblem(args.channel) ?? contentProblem(args) ?? threadProblem(args)
      if (problem) return problem
      if (!workspace.channels.get(String(args.channel))?.members.has(String(args.user)))
        return no('user_not_in_channel')
      const message = workspace.add({
        channel: String(args.channel),
        ts: workspace.nextTs(),
        user: BOT.userId,
        text: String(args.text ?? ''),
        blocks: blocksOf(args),
        threadTs: args.thread_ts === undefined ? undefined : String(args.thread_ts),
        onlyTo: String(args.user),
      })
      return { ok: true, message_ts: message.ts }
    },
    'files.getUploadURLExternal': files.getUploadURL,
    'files.completeUploadExternal': (args) =>
      channelProblem(args.channel_id) ??
      threadProblem({ channel: args.channel_id, thread_ts: args.thread_ts }) ??
      files.complete(args),
    'files.info': files.info,
    'files.delete': files.delete,
    'views.open': (args) => {
      // A trigger is spent by the attempt, as in Slack: a refused view has to be opened by another click.
      const trigger = workspace.useTrigger(args.trigger_id)
      if ('error' in trigger) return no(trigger.error)
      const problems = viewProblems(args.view)
      if (problems.length > 0) return no('invalid_arguments', problems)
      const view = {
        id: workspace.unique('V'),
        view: args.view as Json,
        userId: trigger.userId,
        open: true,
        errors: {},
      }
      workspace.views.push(view)
      return { ok: true, view: { id: view.id, ...view.view } }
    },
    'conversations.history': (args) => channelProblem(args.channel) ?? page(args, () => true),
    'conversations.replies': (args) =>
      channelProblem(args.channel) ??
      (workspace.find(args.channel, args.ts)
        ? page(args, (message) => message.ts === args.ts || message.threadTs === args.ts)
        : no('thread_not_found')),
    'users.info': (args) => {
      const person = workspace.people.get(String(args.user))
      if (!person) return no('user_not_found')
      const { id, name, locale } = person
      return {
        ok: true,
        user: {
          id,
          name,
          real_name: `Real ${name}`,
          profile: { display_name: name, real_name: `Real ${name}` },
          ...(args.include_locale ? { locale } : {}),
        },
      }
    },
  }

  return (method: string, args: Json, token: string | undefined): Answer => {
    if (!token) return no('not_authed')
    if (token !== botToken && token !== appToken) return no('invalid_auth')
    if (method === 'apps.connections.open')
      return token === appToken ? { ok: true, url: socketUrl() } : no('not_allowed_token_type')
    const run = methods[method]
    if (!run) return no('unknown_method')
    if (token !== botToken) return no('not_allowed_token_type')
    return run(args)
  }
}
