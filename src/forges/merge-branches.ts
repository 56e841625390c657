import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { type Git, GitError } from './git.ts'

export interface BranchMerge {
  branch: string
  into: string
  message: string
}

/**
 * Merges inside a bare repository with plumbing only, so that a kill in the middle leaves nothing: the target
 * moves in one step at the end, and only from where it was.
 * @throws AppError not_found, or conflict with the files.
 */
export const mergeBranches = async (
  git: Git,
  { branch, into, message }: BranchMerge,
): Promise<{ sha: string; merged: boolean }> => {
  const ours = await commitOf(git, into)
  const theirs = await commitOf(git, branch)
  if (await isAncestor(git, theirs, ours)) return { sha: ours, merged: false }
  const sha = (await isAncestor(git, ours, theirs)) ? theirs : await mergeCommit(git, ours, theirs, message)
  await git(['update-ref', `refs/heads/${into}`, sha, ours])
  return { sha, merged: true }
}

const mergeCommit = async (git: Git, ours: string, theirs: string, message: string): Promise<string> => {
  const base = (await git.ask(['merge-base', ours, theirs]))?.trim()
  if (!base) throw new AppError('conflict', 'The branches have no common history.')
  const folder = await mkdtemp(join(tmpdir(), 'merge-'))
  try {
    const place = { index: join(folder, 'index'), workTree: folder, cwd: folder }
    await git(['read-tree', '-i', '-m', '--aggressive', base, ours, theirs], place)
    await git(['merge-index', '-o', '-q', 'git-merge-one-file', '-a'], place).catch((error) => {
      if (!(error instanceof GitError)) throw error
    })
    const unmerged = await git(['ls-files', '--unmerged', '-z'], place)
    if (unmerged !== '')
      throw new AppError('conflict', `Both branches changed ${filesOf(unmerged).join(', ')}.`)
    const tree = (await git(['write-tree'], place)).trim()
    return (await git(['commit-tree', tree, '-p', ours, '-p', theirs, '-F', '-'], { input: message })).trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const filesOf = (unmerged: string): string[] => [
  ...new Set(unmerged.split('\0').flatMap((line) => line.split('\t')[1] ?? [])),
]

const isAncestor = async (git: Git, older: string, newer: string): Promise<boolean> =>
  (await git.ask(['merge-base', '--is-ancestor', older, newer])) !== undefined

const commitOf = async (git: Git, branch: string): Promise<string> => {
  const sha = await git.ask(['rev-parse', '--quiet', '--verify', `refs/heads/${branch}^{commit}`])
  if (!sha) throw new AppError('not_found', `There is no branch ${branch}.`)
  return sha.trim()
}
