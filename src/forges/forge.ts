/** Where repositories live: bare repositories of this machine, or GitHub. One contract for both. */
export interface Forge {
  readonly kind: 'local' | 'github'
  /** The repository of that name, made with a first commit on `main` when there is none. May be called again. */
  ensureRepository(wish: { name: string; description: string }): Promise<RepositoryRef>
  /**
   * A work tree of a branch in `dir`. A branch that does not exist begins at `base` (default `main`). Called again
   * for the same folder, the work in it is kept as it is.
   * @throws AppError not_found for an unknown repository or base.
   */
  checkout(wish: { repository: RepositoryRef; branch: string; dir: string; base?: string }): Promise<WorkTree>
  /**
   * Brings a branch into another (default `main`): by moving it forward where that suffices, else by a merge
   * commit. A branch that is already in changes nothing.
   * @throws AppError conflict naming the files.
   */
  merge(wish: MergeWish): Promise<{ sha: string; merged: boolean }>
  /** The files of a commit or branch as a plain folder, complete or not there at all; kept when it exists. */
  exportTree(wish: { repository: RepositoryRef; ref: string; dir: string }): Promise<{ sha: string }>
  /** Puts a repository out of the way without losing it. One that is gone already is fine. */
  archiveRepository(repository: RepositoryRef): Promise<void>
  /** What a person clones or opens. */
  repositoryUrl(repository: RepositoryRef): string
}

export interface RepositoryRef {
  kind: Forge['kind']
  name: string
}

export interface MergeWish {
  repository: RepositoryRef
  branch: string
  into?: string
  message: string
}

/** Files somebody works on. git's data is elsewhere: nothing in the folder configures git. */
export interface WorkTree {
  readonly dir: string
  readonly branch: string
  /**
   * Commits everything, or only the paths given. Nothing to commit answers the commit there is.
   * The commit reaches the forge with `push`.
   */
  commit(wish: { message: string; paths?: readonly string[] }): Promise<{ sha: string; changed: boolean }>
  /** All changes since a commit or branch, uncommitted ones too; cut at a length a person still reads. */
  diff(base: string): Promise<string>
  /** The branch's newest commit here. */
  head(): Promise<string>
  /** @throws AppError conflict when the forge's branch has moved on. */
  push(): Promise<void>
  /**
   * Takes the folder away. Work that is in no pushed commit is first kept as `refs/rescue/…` in the repository.
   * @returns the name of that ref, if there was such work.
   */
  discard(): Promise<{ rescued: string | undefined }>
}
