import { changeWords } from './change.ts'
import { editWords } from './edit.ts'
import { remove } from './remove.ts'
import { showWords } from './show.ts'
import { test } from './test-agent.ts'
import type { AgentWord } from './word.ts'

/** Every word after `/agent`. */
export const agentWords: readonly AgentWord[] = [...showWords, ...editWords, ...changeWords, remove, test]
