import { z } from 'zod'
import type { Button } from '../chat.ts'
import { MAX_INPUT_LABEL_CHARS, MAX_MODAL_TITLE_CHARS, MAX_PLACEHOLDER_CHARS } from './limits.ts'
import { printable, shorten } from './text.ts'

/** An `action_id` must be unique in its message: one of these, and the button's place. */
export const PRESS_PREFIX = 'press:'
export const FORM_PREFIX = 'form:'

/** What the click on a button with a form must know at once: a form is opened within three seconds or never. */
const formValue = z.object({
  action: z.string(),
  title: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
})

export type FormValue = z.infer<typeof formValue>

/** The `value` (at most 2,000 characters) that comes back with a click. */
export const buttonValue = ({ action, form }: Button, placeholder?: string): string =>
  form
    ? JSON.stringify({
        action,
        title: shorten(printable(form.title).trim() || '…', MAX_MODAL_TITLE_CHARS),
        label: shorten(printable(form.label).trim() || '…', MAX_FORM_LABEL_CHARS),
        placeholder: placeholder ? shorten(printable(placeholder), MAX_PLACEHOLDER_CHARS) : undefined,
      } satisfies FormValue)
    : action

export const readFormValue = (value: string): FormValue => formValue.parse(JSON.parse(value))

/** JSON may need six characters for one, and the whole value has 2,000. */
const MAX_FORM_LABEL_CHARS = Math.min(MAX_INPUT_LABEL_CHARS, 150)
