import type { InputBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import type { FormValue } from './buttons.ts'
import type { FormTexts } from './form-texts.ts'
import { MAX_INITIAL_CHARS, MAX_INPUT_CHARS } from './limits.ts'
import { FIELD_ACTION, FIELD_BLOCK, FILE_ACTION, FILE_BLOCK } from './payloads.ts'

/** Names our one form among the views of the app. */
export const FORM_CALLBACK = 'form'

/** Travels in the form's `private_metadata` (at most 3,000 characters): where its answer belongs. */
const formPlace = z.object({
  action: z.string(),
  channel: z.string(),
  messageTs: z.string(),
  thread: z.string().optional(),
  responseUrl: z.string().optional(),
  lang: z.enum(['en', 'ru']),
})

export type FormPlace = z.infer<typeof formPlace>

export const readFormPlace = (metadata: string): FormPlace => formPlace.parse(JSON.parse(metadata))

/**
 * The form of a button: one field for a text of any number of lines. A text to begin with stands in it, with room to
 * attach a file in its place; one that is too long for a form can only be a file.
 */
export const formView = (
  form: FormValue,
  place: FormPlace,
  texts: FormTexts,
  initial?: string,
): ModalView => ({
  type: 'modal',
  callback_id: FORM_CALLBACK,
  private_metadata: JSON.stringify(place),
  title: plain(form.title),
  submit: plain(texts.submit),
  close: plain(texts.cancel),
  blocks: blocksFor(form, texts, initial),
})

/** Where to say that something is missing. */
export const firstFieldOf = ({ blocks }: { blocks: { type: string; block_id?: string }[] }): string =>
  blocks.find(({ type }) => type === 'input')?.block_id ?? FIELD_BLOCK

const blocksFor = (form: FormValue, texts: FormTexts, initial: string | undefined): ModalView['blocks'] => {
  if (initial === undefined) return [textField(form)]
  if (initial.length > MAX_INITIAL_CHARS)
    return [{ type: 'section', text: plain(texts.tooLong) }, fileField(form.label)]
  return [
    { ...textField(form, initial), optional: true },
    { ...fileField(texts.file), optional: true },
  ]
}

const textField = (form: FormValue, initial?: string): InputBlock => ({
  type: 'input',
  block_id: FIELD_BLOCK,
  label: plain(form.label),
  element: {
    type: 'plain_text_input',
    action_id: FIELD_ACTION,
    multiline: true,
    max_length: MAX_INPUT_CHARS,
    focus_on_load: true,
    ...(initial ? { initial_value: initial } : {}),
    ...(form.placeholder ? { placeholder: plain(form.placeholder) } : {}),
  },
})

const fileField = (label: string): InputBlock => ({
  type: 'input',
  block_id: FILE_BLOCK,
  label: plain(label),
  element: { type: 'file_input', action_id: FILE_ACTION, max_files: 1 },
})

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false })
