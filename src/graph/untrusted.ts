/**
 * Puts text that people, repositories or programs wrote into a marked envelope before a model reads it (design
 * rule 8). The envelope cannot be closed from inside, and the prompts say that nothing in it is an instruction.
 * Everything else stays as it is: a model that reads code must be able to write the same code.
 */
export const untrusted = (source: string, text: string): string =>
  `${opening(source)}${escapeTags(text)}\n</untrusted>`

/** The texts inside the envelopes of a source, in order; for the offline model, which reads what a model reads. */
export const readUntrusted = (source: string, text: string): string[] =>
  text
    .split(opening(source))
    .slice(1)
    .map((part) => unescapeTags(part.slice(0, part.indexOf('\n</untrusted>'))))

const opening = (source: string): string =>
  `<untrusted source="${source.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}">\n`

/** What opens or closes an envelope, also written loosely; and what escaping made of that before. */
const TAG = /<(?=[\s/]*untrusted)/gi
const ESCAPED_TAG = /&(?=(?:amp;)*lt;[\s/]*untrusted)/gi

const escapeTags = (text: string): string => text.replace(ESCAPED_TAG, '&amp;').replace(TAG, '&lt;')

const unescapeTags = (text: string): string =>
  text.replace(/&(?:amp;)?((?:amp;)*lt;)(?=[\s/]*untrusted)/gi, (whole, rest: string) =>
    whole.toLowerCase() === '&lt;' ? '<' : `&${rest}`,
  )
