import { z } from 'zod'

/** Only what is used of Slack's payloads; everything else in them may change without harm. */

/** Of a file from a connected workspace a message tells only the id. */
const file = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  size: z.number().nullish(),
  url_private: z.string().nullish(),
  url_private_download: z.string().nullish(),
})

export const messageEvent = z.object({
  event_id: z.string(),
  event: z.object({
    type: z.enum(['message', 'app_mention']),
    subtype: z.string().optional(),
    user: z.string().optional(),
    bot_id: z.string().optional(),
    text: z.string().default(''),
    ts: z.string(),
    thread_ts: z.string().optional(),
    /** Of a reply: who wrote the message that its thread hangs from. */
    parent_user_id: z.string().optional(),
    channel: z.string(),
    files: z.array(file).optional(),
    user_profile: z
      .object({ real_name: z.string().optional(), display_name: z.string().optional() })
      .optional(),
  }),
})

export const slashCommand = z.object({
  text: z.string().default(''),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string(),
  trigger_id: z.string(),
  response_url: z.string(),
})

const user = z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() })

export const blockAction = z.object({
  trigger_id: z.string(),
  user,
  response_url: z.string().optional(),
  container: z.object({
    channel_id: z.string(),
    message_ts: z.string(),
    thread_ts: z.string().optional(),
  }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string() })).min(1),
})

/** Block and action ids of the fields of a form: for a text, and for a file with it. */
export const FIELD_BLOCK = 'answer'
export const FIELD_ACTION = 'text'
export const FILE_BLOCK = 'attachment'
export const FILE_ACTION = 'file'

export const formSubmission = z.object({
  trigger_id: z.string(),
  user,
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [FIELD_BLOCK]: z.object({ [FIELD_ACTION]: z.object({ value: z.string().nullish() }) }).optional(),
        [FILE_BLOCK]: z.object({ [FILE_ACTION]: z.object({ files: z.array(file).nullish() }) }).optional(),
      }),
    }),
  }),
})

export type MessageEvent = z.infer<typeof messageEvent>['event']
export type SlackFileObject = z.infer<typeof file>
export type SlackUser = z.infer<typeof user>
