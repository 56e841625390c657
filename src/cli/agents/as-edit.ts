/** A config; or, as `show --json` gives it, an agent with the version that the edit began with. */
export const asEdit = (value: unknown): { config: unknown; version: number | undefined } => {
  if (typeof value !== 'object' || value === null || !('config' in value))
    return { config: value, version: undefined }
  const version = 'version' in value && typeof value.version === 'number' ? value.version : undefined
  return { config: value.config, version }
}
