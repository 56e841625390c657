import { code } from './code.ts'

/** `src/http.js`: what a handler answers with. */
export const httpSource = code`
/** An error the caller may read: a status and a sentence about what to change. */
export class HttpError extends Error {
  constructor(status, message, headers = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export const json = (status, value) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: \`\${JSON.stringify(value)}\n\`,
})

export const page = (markup, status = 200) => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: String(markup),
})

/** Where a browser goes after a form: reloading that page does not send the form again. */
export const seeOther = (location) => ({ status: 303, headers: { location }, body: '' })
`
