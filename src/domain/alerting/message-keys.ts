/** Keys of alerts in the outbox: what is said under one of them is said once. */
export const alertKey = {
  /** M-11: one message per incident and chat. */
  card: (incidentId: string, conversationId: string) => `incident:${incidentId}:${conversationId}`,
  digest: (conversationId: string, begunAtMs: number) => `digest:${conversationId}:${begunAtMs}`,
  /** A call to whoever has the card in front of them already. */
  call: (incidentId: string, occasion: string, to: string) => `incident-call:${incidentId}:${occasion}:${to}`,
  end: (incidentId: string, version: number, conversationId: string) =>
    `incident-end:${incidentId}:${version}:${conversationId}`,
}

/** When the storm of a digest began, from its key. */
export const beginOfDigest = (key: string): Date | undefined => {
  const [, ms] = /^digest:[^:]+:(\d+)$/.exec(key) ?? []
  return ms === undefined ? undefined : new Date(Number(ms))
}
