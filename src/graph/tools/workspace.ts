import { z } from 'zod'
import { SECOND_MS } from '../../clock.ts'
import type { Workspace } from '../../workers/workspace.ts'
import { TEST_LIMITS, type TestRun } from '../test-run.ts'
import { untrusted } from '../untrusted.ts'
import { type AgentTool, bindTools, defineTool } from './tool.ts'

interface Files {
  workspace: Workspace
}

interface Bench extends Files {
  testIt(signal: AbortSignal): Promise<TestRun>
}

/** The sandbox ends the tests in time by itself, and says why. */
const TESTS_TIMEOUT_MS = TEST_LIMITS.timeoutMs + 60 * SECOND_MS

export const READING_TOOLS = [
  defineTool({
    name: 'list_files',
    description: "Lists the project's files, or those below a folder.",
    schema: z.object({ folder: z.string().optional() }),
    risk: 'LOW',
    run: async ({ folder }, { workspace }: Files) => {
      const files = (await workspace.list(folder)).filter((entry) => entry.kind === 'file')
      return untrusted(
        'files',
        files.map((file) => `${file.path} (${file.size} bytes)`).join('\n') || '(none)',
      )
    },
  }),
  defineTool({
    name: 'read_file',
    description: 'Reads one text file of the project.',
    schema: z.object({ path: z.string() }),
    risk: 'LOW',
    run: async ({ path }, { workspace }: Files) => untrusted(path, await workspace.read(path)),
  }),
]

/** Exclusive, so that what a model writes is there before the tests that it runs in the same breath. */
export const WORKING_TOOLS = [
  defineTool({
    name: 'write_file',
    description: 'Writes one whole text file of the project, new or existing.',
    schema: z.object({ path: z.string(), content: z.string() }),
    risk: 'LOW',
    exclusive: true,
    run: async ({ path, content }, { workspace }: Bench) => {
      await workspace.write(path, content)
      return `Wrote ${path}.`
    },
  }),
  defineTool({
    name: 'remove_file',
    description: 'Removes one file of the project.',
    schema: z.object({ path: z.string() }),
    risk: 'LOW',
    exclusive: true,
    run: async ({ path }, { workspace }: Bench) => {
      await workspace.remove(path)
      return `Removed ${path}.`
    },
  }),
  defineTool({
    name: 'run_tests',
    description: "Runs the project's tests and returns what they printed.",
    schema: z.object({}),
    risk: 'LOW',
    exclusive: true,
    timeoutMs: TESTS_TIMEOUT_MS,
    run: async (_args, { testIt }: Bench, { signal }) => {
      const run = await testIt(signal)
      return `${run.ok ? 'passed' : 'FAILED'}: ${run.passed} passed, ${run.failed} failed\n${untrusted('tests', run.output)}`
    },
  }),
]

/** Reading a project's files; for planning and answering. */
export const readingTools = (workspace: Workspace): AgentTool[] => bindTools(READING_TOOLS, { workspace })

/**
 * What the developer works with: the files of one work tree and its tests, nothing else. The same for every model;
 * the workspace refuses paths that leave it, the sandbox holds what the tests do. The approved plan is the
 * permission for all of it.
 */
export const developerTools = (workspace: Workspace, testIt: Bench['testIt']): AgentTool[] => [
  ...readingTools(workspace),
  ...bindTools(WORKING_TOOLS, { workspace, testIt }),
]
