/** One incident of a kind for each project (M-10). */
export const missingKey = (projectId: string): string => `repo_missing:${projectId}`
export const unreachableKey = (projectId: string): string => `repo_unreachable:${projectId}`
/** The forge shows us next to nothing all of a sudden; it explains every single repository that is away. */
export const outageKey = (source: string): string => `provider_outage:${source}`
