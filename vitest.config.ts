import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Tests of whole programs on a machine that others use too: there one that failed is repeated, and named at the end of
 * the run. At a desk nothing is repeated, so that a race is seen at once.
 */
const retry = process.env.CI ? 1 : 0

const NEEDS_DATABASE = 'test/**/*.db.test.ts'
const END_TO_END = 'test/e2e/**/*.test.ts'
const CHAOS = 'test/chaos/**/*.test.ts'

const OWN_REPORTERS = ['./test/support/left-out-reporter.ts', './test/support/second-go-reporter.ts']

/** One Postgres for the whole run; see test/support/database.ts. */
const globalSetup = ['test/support/database-server.ts']

export default defineConfig({
  test: {
    reporters: ['default', ...OWN_REPORTERS],
    // A generous limit for a busy machine: no test may depend on how long something takes.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    // Most of them wait for a database, a socket or a process rather than for a processor.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: ['--disable-warning=ExperimentalWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [NEEDS_DATABASE, END_TO_END, CHAOS],
        },
      },
      {
        extends: true,
        test: { name: 'integration', include: [NEEDS_DATABASE], exclude: [END_TO_END, CHAOS], globalSetup },
      },
      {
        extends: true,
        test: { name: 'e2e', include: [END_TO_END], globalSetup, testTimeout: 300_000, retry },
      },
      {
        extends: true,
        test: { name: 'chaos', include: [CHAOS], globalSetup, testTimeout: 1_200_000, retry },
      },
    ],
  },
})
