/** An error answer of the Bot API, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: number
  readonly parameters: { retry_after?: number; migrate_to_chat_id?: number } | undefined
  constructor(code: number, description: string, parameters?: Refusal['parameters']) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export const badRequest = (what: string) => new Refusal(400, `Bad Request: ${what}`)
