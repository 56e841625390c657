/** At most so many UTF-16 units, ending in … when something was left out; never half a character. */
export const clip = (text: string, units: number): string => {
  if (text.length <= units) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length >= units) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}
