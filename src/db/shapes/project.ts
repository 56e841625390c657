/** M-1: everything a project can be. */
export const PROJECT_STATUSES = [
  'draft',
  'estimated',
  'provisioning',
  'initialized',
  'designing',
  'designed',
  'implementing',
  'implemented',
  'verifying',
  'verified',
  'deploying',
  'active',
  'maintenance',
  'missing',
  'discovered',
  'archived',
] as const
export type ProjectStatus = (typeof PROJECT_STATUSES)[number]
