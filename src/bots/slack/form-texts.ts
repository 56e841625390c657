import type { Lang } from '../../db/schema/users.ts'

/** The few words Slack makes the adapter say by itself: what stands on a form, and why it did not open. */
export interface FormTexts {
  /** Button under a question; at most 75 characters. */
  answer: string
  /** Title of the form of a question; at most 24 characters. */
  title: string
  /** At most 24 characters, as `cancel`. */
  submit: string
  cancel: string
  /** Shown beside an empty field. */
  empty: string
  /** Label of the field for a file, beside that for a text. */
  file: string
  /** In place of a text that is too long for a form. */
  tooLong: string
  /** Shown to the person whose button could not open the form. */
  failed: string
}

const ENGLISH: FormTexts = {
  answer: 'Answer',
  title: 'Your answer',
  submit: 'Send',
  cancel: 'Cancel',
  empty: 'Please write something first.',
  file: 'Or attach the text as a file',
  tooLong: 'The text is too long for a form. Change it in a file and attach that file here.',
  failed: 'The form could not be opened. Please press the button again.',
}

const RUSSIAN: FormTexts = {
  answer: 'Ответить',
  title: 'Ваш ответ',
  submit: 'Отправить',
  cancel: 'Отмена',
  empty: 'Сначала напишите что-нибудь.',
  file: 'Или приложите текст файлом',
  tooLong: 'Текст слишком длинный для формы. Измените его в файле и приложите этот файл.',
  failed: 'Форма не открылась. Нажмите на кнопку ещё раз.',
}

export const defaultFormTexts = (lang: Lang): FormTexts => (lang === 'ru' ? RUSSIAN : ENGLISH)

/** A form speaks the language of the card that it belongs to: by then the reader's language was chosen. */
export const langOf = (text: string): Lang => (/[а-яё]/i.test(text) ? 'ru' : 'en')
