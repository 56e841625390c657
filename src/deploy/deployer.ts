/** Where services run: processes of this machine, or servers reached by Ansible. One contract for both. */
export interface Deployer {
  readonly kind: 'local' | 'ansible'
  /**
   * Makes a version the one that runs, and answers once it is healthy. A version that does not become healthy is
   * taken back and the one before runs again: that is a result, not an error. May be called again, also at once,
   * and after a kill in the middle.
   * @throws AppError invalid for unusable names, sandbox_refused when this machine cannot confine the service.
   */
  deploy(wish: DeployWish): Promise<DeployResult>
  /**
   * Until `start`, also over restarts of prorab and of the machine.
   * @param wish.key of a wish that may be repeated: one that was granted already, and undone by somebody since, is not
   *   granted again.
   */
  stop(name: string, wish?: StopWish): Promise<ServiceStatus>
  /** @throws AppError not_found when nothing of that name was ever deployed. */
  start(name: string): Promise<ServiceStatus>
  restart(name: string): Promise<ServiceStatus>
  status(name: string): Promise<ServiceStatus>
  /** The newest lines the service wrote, oldest first. */
  logs(name: string, wish: { lines: number }): Promise<string>
  /** Stops a service and puts its data, releases and logs into the archive. One that is gone already is fine. */
  remove(name: string): Promise<void>
  /**
   * Brings back what should run and does not: after a reboot, or when a supervisor died. For the start of prorab
   * and every minute. @returns the names brought back.
   */
  resume(): Promise<string[]>
}

export interface StopWish {
  key?: string
}

export interface DeployWish {
  service: { name: string; projectId: string }
  /** The files of the version; copied, never changed. */
  releaseDir: string
  /**
   * Stands for these files and no others, such as a commit. `/healthz` must answer it as `version`; a program
   * learns it from VERSION.
   */
  version: string
  port: number
  env?: Readonly<Record<string, string>>
}

export type DeployResult =
  | { ok: true; url: string; version: string; port: number }
  | {
      ok: false
      /** Whether the version before runs again and is healthy. False for a first version too: then nothing runs. */
      rolledBack: boolean
      /** Another program has the port, or had it just then: at another one, or tried again, it may go well. */
      portTaken: boolean
      reason: string
      /** What the failed version wrote last. */
      logTail: string
    }

export type ServiceState =
  | 'running'
  | 'starting'
  | 'backing-off' /** ended by itself; started again soon */
  | 'crash-looping' /** ended too often: given up until a person or a deployment starts it */
  | 'stopped'
  | 'down' /** should run, but nobody looks after it: `resume` will */
  | 'absent'

export interface ServiceStatus {
  name: string
  state: ServiceState
  /** Whether `/healthz` answered with the version just now. */
  healthy: boolean
  version?: string
  url?: string
  /** When it was started last. */
  since?: string
  /** How often it was started again by itself since then. */
  restarts: number
  /** Why it ended the last time, such as "exit code 1" or "more than 256 MB of memory". */
  lastEnd?: string
}
