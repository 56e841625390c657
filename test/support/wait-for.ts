const POLL_MS = 10
/** Far beyond what a busy machine needs: reached only when the awaited thing never happens. */
const LIMIT_MS = 60_000

/**
 * Resolves with the first value that is neither undefined, null nor false. An error thrown on the way counts as
 * "not yet", and is shown when the limit is reached.
 *
 * @param what ends the sentence "Waited in vain for …".
 */
export const waitFor = async <T>(
  look: () => T | Promise<T>,
  what: string,
  limitMs = LIMIT_MS,
): Promise<Exclude<Awaited<T>, undefined | null | false>> => {
  const deadline = Date.now() + limitMs
  let problem: unknown
  while (Date.now() < deadline) {
    try {
      const value = await look()
      problem = undefined
      if (value !== undefined && value !== null && value !== false)
        return value as Exclude<Awaited<T>, undefined | null | false>
    } catch (error) {
      problem = error
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`Waited in vain for ${what}`, problem === undefined ? undefined : { cause: problem })
}
