import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/routes.js` of the guestbook. */
export const routesSource = (has: Has): string => {
  const owned = has('moderation', 'replies')
  return code`
import { ${has('pagination') && 'HttpError, '}json, page, seeOther } from './http.js'
import { ${has('moderation') ? 'homePage, moderationPage, thanksPage' : 'homePage'} } from './page.js'

export function routes({ entries${owned && ', owner'} }) {
  ${
    has('pagination') &&
    code`
const list = ({ query }) => entries.list({ page: pageNumber(query) })

`
  }
  const signFromPage = async (request) => {
    entries.sign(await request.form())
    return ${has('moderation') ? 'page(thanksPage)' : "seeOther('/')"}
  }
  ${
    has('likes') &&
    code`
const likeFromPage = ({ params }) => {
  entries.like(params.id)
  return seeOther('/')
}
`
  }
  ${
    has('replies') &&
    code`
const replyFromPage = async (request) => {
  entries.reply(request.params.id, await request.form())
  return seeOther('/')
}
const reply = async (request) => json(200, entries.reply(request.params.id, await request.json()))
`
  }
  ${
    has('moderation') &&
    code`
const waiting = () => entries.list({ approved: false })${has('pagination') && '.entries'}
const approveFromPage = ({ params }) => {
  entries.approve(params.id)
  return seeOther('/moderation')
}
const removeFromPage = ({ params }) => {
  entries.remove(params.id)
  return seeOther('/moderation')
}
`
  }
  ${
    owned &&
    code`
const remove = ({ params }) => {
  entries.remove(params.id)
  return json(200, { removed: params.id })
}
`
  }

  return [
    ['GET', '/', ${has('pagination') ? '(request) => page(homePage(list(request)))' : '() => page(homePage(entries.list()))'}],
    ['POST', '/entries', signFromPage],
    ${has('likes') && "['POST', '/entries/:id/like', likeFromPage],"}
    ${has('replies') && "['POST', '/entries/:id/reply', owner.only(replyFromPage)],"}
    ${
      has('moderation') &&
      code`
['GET', '/moderation', owner.only(() => page(moderationPage(waiting())))],
['POST', '/entries/:id/approve', owner.only(approveFromPage)],
['POST', '/entries/:id/remove', owner.only(removeFromPage)],
`
    }
    ['GET', '/api/entries', ${has('pagination') ? '(request) => json(200, list(request))' : '() => json(200, entries.list())'}],
    ['POST', '/api/entries', async (request) => json(201, entries.sign(await request.json()))],
    ['GET', '/api/entries/:id', ({ params }) => json(200, entries.get(params.id))],
    ${has('likes') && "['POST', '/api/entries/:id/like', ({ params }) => json(200, entries.like(params.id))],"}
    ${has('replies') && "['PUT', '/api/entries/:id/reply', owner.only(reply)],"}
    ${
      has('moderation') &&
      code`
['GET', '/api/waiting', owner.only(() => json(200, waiting()))],
['POST', '/api/entries/:id/approve', owner.only(({ params }) => json(200, entries.approve(params.id)))],
`
    }
    ${owned && "['DELETE', '/api/entries/:id', owner.only(remove)],"}
  ]
}
${
  has('pagination') &&
  code`

function pageNumber(query) {
  const page = Number(query.get('page') ?? 1)
  if (!Number.isInteger(page) || page < 1) throw new HttpError(400, '“page” must be a number from 1.')
  return page
}
`
}
`
}
