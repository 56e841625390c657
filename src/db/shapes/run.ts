/** `waiting`: for a person's answer or for resources. The last four are final. */
export type RunStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'rejected' | 'stopped'

export type RunKind = 'new_project' | 'update_project' | 'deploy' | 'fix'

/** The steps a person sees, in order. */
export const RUN_STEPS = [
  'resources',
  'design',
  'approval',
  'build',
  'test',
  'preflight',
  'deploy',
  'health',
] as const
export type RunStep = (typeof RUN_STEPS)[number]

export interface RunProgress {
  steps: Partial<Record<RunStep, StepProgress>>
}

export interface StepProgress {
  state: 'running' | 'done' | 'failed' | 'skipped'
  /** e.g. build 2/3. */
  done?: number
  total?: number
  /** A fact worth showing beside the step, e.g. "9 passed". */
  note?: string
}

/** What the architect proposes and the card shows. */
export interface RunPlan {
  summary: string
  tasks: PlannedTask[]
  /** Interfaces the service will offer, e.g. `POST /api/links`. */
  endpoints: string[]
  /** US dollars, the model's cost. */
  estimatedCost: number
  /** Where it will run, e.g. "this machine". */
  target: string
  notes: string[]
  /** What the service is, for a program to read; kept with the project for the next change. */
  spec?: Record<string, unknown>
}

export interface PlannedTask {
  id: string
  title: string
  files: string[]
  /** The commit message of the task, when the architect already knows it. */
  commit?: string
}

export interface RunResult {
  url?: string
  version?: string
  commits?: number
  testsPassed?: number
  /** Nobody answered the plan card in time: rejected by the clock, not by a person. */
  expired?: boolean
}

export interface RunFailure {
  /** Key and args of a text in bots/locales. */
  key: string
  args: Record<string, string | number>
  reference: string
  /** What was tried, for a change that failed: a bounded unified diff. */
  diff?: string
  /** The branch that keeps what was tried. */
  branch?: string
  /** True when an older version is still running. */
  oldVersionRuns?: boolean
}
