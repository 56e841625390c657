import type { NoticeContent, ViewContent, ViewName } from '../../db/shapes/outgoing.ts'

export const notice = (key: string, args: NoticeContent['args'] = {}): NoticeContent => ({
  type: 'notice',
  key,
  args,
})

export const view = (name: ViewName, args: ViewContent['args'] = {}): ViewContent => ({
  type: 'view',
  view: name,
  args,
})
