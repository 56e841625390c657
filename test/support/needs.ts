import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test } from 'vitest'
import { HOW_TO_INCLUDE, type Tool } from './tools.ts'

/**
 * `describe` for tests that need a program which not every machine has. Without it they are left out and the run
 * says so at its end; with PRORAB_TEST_REQUIRE_ALL=1, as in .ci/run, they fail.
 *
 * @example needs('redis-server')('jobs on Redis', () => { … })
 */
export const needs = (tool: Tool) => (name: string, tests: () => void) => {
  if (isAvailable(tool)) return describe(name, tests)
  const named = `${name} [needs ${tool}]`
  if (process.env.PRORAB_TEST_REQUIRE_ALL !== '1') return describe.skip(named, tests)
  return describe(named, () => {
    test('is not left out', () => {
      throw new Error(`${tool} is missing: ${HOW_TO_INCLUDE[tool]}`)
    })
  })
}

const isAvailable = (tool: Tool): boolean =>
  (tool === 'redis-server' && Boolean(process.env.PRORAB_TEST_REDIS_URL)) ||
  programFolders().some((folder) => isExecutable(join(folder, tool)))

/** Servers lie where only root's path leads, and run for everybody. */
const programFolders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']

const isExecutable = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
