import type { Lang } from '../../db/schema/users.ts'

/** What the console itself says; everything else comes from the bot. */
export interface ConsoleTexts {
  prompt: string
  /** The prompt while the bot waits for the answer to a question. */
  answerPrompt: string
  /** Before the first row of what the bot says; later rows are aligned with it. */
  bot: string
  /** Under a question. */
  askHint: string
  /** Under a question with a text to begin with: it opens in an editor, or is to be typed. */
  editorHint: string
  /** The same below a reason: an editor at once would hide it. */
  editorAgainHint: string
  blockHint: string
  /** After an answer that is the text as it was, and after an editor that failed. */
  unchanged: string
  editorFailed: string
  cancelled: string
  /** After the first Ctrl-C. */
  leaveHint: string
  /** Beside the buttons of a card that has lost its numbers to a newer one. */
  olderCard: string
  /** When the numbers moved to another card while one was being typed. */
  numbersMoved: string
  /** When what was typed could not be handed over yet, and when it was given up. */
  notSavedYet: string
  notSaved: string
}

/** The same in every language: what is on the screen already is aligned with them. */
const MARGIN = { prompt: 'you> ', bot: 'bot> ' }

const TEXTS: Record<Lang, ConsoleTexts> = {
  en: {
    ...MARGIN,
    answerPrompt: 'answer> ',
    askHint: '(an empty line cancels)',
    editorHint: '(opens in your editor; close it without a change to leave everything as it is)',
    editorAgainHint: '(an empty line opens it in your editor, beginning with what you wrote)',
    blockHint: '(type or paste the whole text, then a line with a single dot; an empty line at once cancels)',
    unchanged: 'The text is as it was: nothing was changed.',
    editorFailed: 'The editor did not end well: nothing was changed.',
    cancelled: 'Cancelled.',
    leaveHint: 'Press Ctrl-C again to leave (the services keep running).',
    olderCard: '(a newer card has the numbers)',
    numbersMoved: 'A newer card took the numbers while you typed. Look again, then type the number.',
    notSavedYet: 'That could not be saved yet; trying again.',
    notSaved: 'That could not be saved. Please say it again.',
  },
  ru: {
    ...MARGIN,
    answerPrompt: 'ответ> ',
    askHint: '(пустая строка — отмена)',
    editorHint: '(откроется в вашем редакторе; закройте его без изменений, чтобы всё осталось как есть)',
    editorAgainHint: '(пустая строка откроет его в вашем редакторе, начиная с того, что вы написали)',
    blockHint: '(введите или вставьте весь текст, затем строку с одной точкой; пустая строка сразу — отмена)',
    unchanged: 'Текст остался прежним: ничего не изменено.',
    editorFailed: 'Редактор завершился с ошибкой: ничего не изменено.',
    cancelled: 'Отменено.',
    leaveHint: 'Нажмите Ctrl-C ещё раз, чтобы выйти (сервисы продолжат работать).',
    olderCard: '(номера у более новой карточки)',
    numbersMoved:
      'Пока вы печатали, номера перешли к более новой карточке. Посмотрите и введите номер ещё раз.',
    notSavedYet: 'Пока не удалось сохранить; пробую ещё раз.',
    notSaved: 'Не удалось сохранить. Пожалуйста, повторите.',
  },
}

/** Texts that are read at use, each in the language of that moment: a person may change it while they talk. */
export const consoleTexts = (lang: () => Lang = () => 'en'): ConsoleTexts =>
  new Proxy(TEXTS.en, { get: (_, key) => TEXTS[lang()][key as keyof ConsoleTexts] })
