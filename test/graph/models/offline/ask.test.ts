import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { expect, test } from 'vitest'
import { PROJECT_STATUSES } from '../../../../src/db/shapes/project.ts'
import { offlineAnswerer } from '../../../../src/graph/models/offline/agents/ask.ts'
import { untrusted } from '../../../../src/graph/untrusted.ts'

test.each(PROJECT_STATUSES)(
  'who asks in Russian reads no English word for a project that is %s',
  (status) => {
    const projects = [{ name: 'links', title: 'Ссылки', status }]
    const facts = { you: { role: 'ask' }, person: { language: 'ru' }, projects }
    const { text } = offlineAnswerer([
      new SystemMessage(untrusted('facts', JSON.stringify(facts))),
      new HumanMessage(untrusted('question', 'Что есть?')),
    ])
    expect(text).toMatch(/\*\*links\*\* · Ссылки · [а-яё ]+$/m)
  },
)
