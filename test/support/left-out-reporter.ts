import type { Reporter, TestModule } from 'vitest/node'
import { HOW_TO_INCLUDE, type Tool } from './tools.ts'

/** Says at the end of a run what `needs` left out, and how to include it. */
export default class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const counts = new Map<Tool, number>()
    for (const module of modules) {
      for (const suite of module.children.allSuites()) {
        const tool = /\[needs ([\w-]+)\]$/.exec(suite.name)?.[1] as Tool | undefined
        const skipped = [...suite.children.allTests('skipped')].length
        if (tool && skipped > 0) counts.set(tool, (counts.get(tool) ?? 0) + skipped)
      }
    }
    for (const [tool, count] of counts)
      process.stdout.write(
        `\n Left out: ${count} test(s) that need ${tool}. To include them: ${HOW_TO_INCLUDE[tool]}.\n`,
      )
  }
}
