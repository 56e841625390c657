import { placeKey, placeOf } from '../../../src/bots/slack/keys.ts'
import { describeAdapterContract } from '../../contract/adapter.ts'
import type { AdapterWorld } from '../../contract/world.ts'
import { createSlackWorld, type Way } from './world.ts'

const createWorld = (way: Way) => async (): Promise<AdapterWorld> => {
  const { slack, adapter, logged, close } = await createSlackWorld(way)
  const ann = slack.person('UANN')
  const channel = slack.channel('CDEV', { members: [ann.id] })
  const conversation = placeKey({ team: slack.team.id, channel: ann.direct() })

  return {
    adapter,
    conversation,
    person: {
      id: ann.id,
      says: async (text, { replyTo } = {}) => {
        ann.says(text, { thread: replyTo?.split(':')[1] })
      },
      commands: async (name, args) => {
        ann.runs(`/prorab ${name} ${args}`.trim())
      },
      presses: async (label) => {
        ann.presses(label)
      },
      answers: async (_prompt, text) => {
        ann.presses('Answer')
        await ann.sees()
        ann.submits(text)
      },
      attaches: async (file, { words = '', replyTo } = {}) => {
        ann.says(words, { file, thread: replyTo?.split(':')[1] })
      },
      deletes: async (ref) => ann.deletes(ref),
    },
    group: {
      conversation: placeKey({ team: slack.team.id, channel: channel.id }),
      mentions: async (text) => {
        // A mention is announced twice; that both are one message is the business of inbound.test.ts.
        ann.says(text, { channel: channel.id, mention: true, announced: ['app_mention'] })
      },
      chatters: async (text) => {
        ann.says(text, { channel: channel.id })
      },
    },
    echo: async (text) => {
      slack.botSays(ann.direct(), text)
    },
    shown: async (key = conversation) => {
      const place = placeOf(key)
      return slack
        .messages(place.channel)
        .filter((message) => message.threadTs === place.thread)
        .map((message) => ({ ...message, buttons: message.buttons.map((button) => button.label) }))
    },
    files: async () =>
      slack
        .messages(ann.direct())
        .flatMap(({ files = [] }) => files.map(({ name, data }) => ({ name, content: data }))),
    calls: () => slack.calls.map(({ method }) => method),
    acknowledged: slack.acknowledged,
    redelivers: true,
    faults: {
      limitsRate: (retryAfterMs) => slack.fail({ kind: 'rate', retryAfterMs }),
      breaks: () => slack.fail({ kind: 'status', status: 502 }),
      resets: () => slack.fail({ kind: 'reset' }),
      refuses: () => slack.fail({ kind: 'error', error: 'channel_not_found' }),
      heals: slack.heal,
    },
    secrets: [slack.botToken, slack.appToken, slack.signingSecret, 'ticket-secret'],
    logged,
    close,
  }
}

describeAdapterContract('Slack (Socket Mode)', createWorld('socket'))
describeAdapterContract('Slack (HTTP)', createWorld('http'))
