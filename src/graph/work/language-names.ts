import type { Lang } from '../../db/schema/users.ts'

/** As a model is told in which language somebody reads. */
export const LANGUAGE_NAMES: Record<Lang, string> = { en: 'English', ru: 'Russian' }
