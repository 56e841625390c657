/** what kinds of worker there are. */
export const WORKER_TYPES = ['infra', 'code', 'research', 'desktop'] as const
export type WorkerType = (typeof WORKER_TYPES)[number]

/** What a task can be about, and which kind of worker does it. A custom agent's tasks are `answer`s. */
export const WORK_TYPES = {
  plan_work: 'research',
  implement: 'code',
  repair: 'code',
  run_tests: 'code',
  deploy_service: 'infra',
  recover: 'infra',
  answer: 'research',
} as const satisfies Record<string, WorkerType>
export type WorkType = keyof typeof WORK_TYPES
