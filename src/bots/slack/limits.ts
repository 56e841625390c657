/**
 * What Slack accepts (docs.slack.dev/reference/block-kit); lengths in UTF-16 units. All but the last three are
 * refused by Slack itself when exceeded.
 */
export const MAX_BLOCKS = 50
export const MAX_HEADER_CHARS = 150
export const MAX_CONTEXT_CHARS = 2000
export const MAX_BUTTONS_PER_BLOCK = 25
export const MAX_LABEL_CHARS = 75
export const MAX_PLACEHOLDER_CHARS = 150
export const MAX_MODAL_TITLE_CHARS = 24
export const MAX_INPUT_LABEL_CHARS = 2000
export const MAX_INPUT_CHARS = 3000
/** Of a text that a form begins with, so that there is room to add to it. */
export const MAX_INITIAL_CHARS = 2900
/** What describes a picture to who cannot see it. */
export const MAX_ALT_CHARS = 1000
export const MAX_LIST_INDENT = 8
/** Of the plain text that stands for the blocks in notifications. */
export const MAX_FALLBACK_CHARS = 3000
/** Text of one rich text block. Slack names no limit; that of a section is known to work. */
export const MAX_RICH_TEXT_CHARS = 3000
/**
 * All blocks of a message as JSON. Slack answers `msg_blocks_too_long` from about 13,000 on, and tells neither the
 * limit nor what it counts: bytes are the most it can be.
 */
export const MAX_MESSAGE_JSON_BYTES = 12_400
/** One rich text block as JSON, so that a title has room beside it. */
export const MAX_RICH_TEXT_JSON_BYTES = 11_000
