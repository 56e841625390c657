import type { Reporter, TestCase } from 'vitest/node'

/** Names the tests that failed first and passed when they were repeated: each is a race that somebody should find. */
export default class SecondGoReporter implements Reporter {
  readonly #found: string[] = []

  onTestCaseResult(test: TestCase) {
    if (test.diagnostic()?.flaky)
      this.#found.push(`${test.module.relativeModuleId} > ${test.fullName}${firstErrorOf(test)}`)
  }

  onTestRunEnd() {
    if (this.#found.length === 0) return
    process.stdout.write(`\n Passed only at the second go: ${this.#found.length} test(s).\n`)
    for (const text of this.#found) process.stdout.write(`  ${text}\n`)
  }
}

const firstErrorOf = (test: TestCase): string => {
  const message = test.result().errors?.at(0)?.message
  return message === undefined ? '' : `\n    ${message.split('\n', 12).join('\n    ')}`
}
