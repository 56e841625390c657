/** Where a repository says which settings it wants. */
export const ENV_EXAMPLE = '.env.example'

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/
const SECRET_NAME = /(^|_)(KEY|KEYS|TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASS|CREDENTIALS?|PRIVATE|DSN)(_|$)/i
const PLACEHOLDER =
  /^(<.*>|\$\{.*\}|your[-_ ].*|change[-_ ]?me.*|replace[-_ ]?me.*|x{3,}|\.{3,}|todo|none|null)$/i
const NAMES_MAX = 100
const NAME_MAX_LENGTH = 100

/**
 * The names of the settings that somebody has to give (M-6): those without a value, with a stand-in for one, or that
 * by their name are secret. Settings with a default of their own are not missing. Values are never kept.
 */
export const wantedSecrets = (text: string): string[] => {
  const names = new Set<string>()
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', rest = ''] = LINE.exec(line) ?? []
    if (name === '' || name.length > NAME_MAX_LENGTH) continue
    const value = valueIn(rest)
    if (value === '' || PLACEHOLDER.test(value) || SECRET_NAME.test(name)) names.add(name)
    if (names.size === NAMES_MAX) break
  }
  return [...names]
}

/** Without quotes and without a comment behind it. */
const valueIn = (rest: string): string => {
  const [, , quoted] = /^(["'`])(.*?)\1/.exec(rest) ?? []
  return (quoted ?? rest.replace(/(^|\s)#.*$/, '')).trim()
}
