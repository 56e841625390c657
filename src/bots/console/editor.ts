import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `failed`: the editor did not end well, and what it left behind counts for nothing. */
export type Edited = { kind: 'text'; text: string } | { kind: 'failed' }

/** Lets the person change a text, and resolves when they have closed it. Aborted, the editor is ended. */
export type Edit = (text: string, signal: AbortSignal) => Promise<Edited>

const PRIVATE = 0o600

/**
 * The person's own editor, on the terminal that prorab runs on.
 *
 * @param command as in `$EDITOR`: a program, perhaps with arguments, e.g. `code --wait`.
 */
export const createEditor =
  (command: string): Edit =>
  async (text, signal) => {
    let folder: string | undefined
    try {
      folder = await mkdtemp(join(tmpdir(), 'prorab-'))
      // The ending tells an editor how to colour it.
      const file = join(folder, /^\s*[{[]/.test(text) ? 'text.json' : 'text.md')
      await writeFile(file, text, { mode: PRIVATE })
      if (!(await endsWell(command, file, signal))) return { kind: 'failed' }
      return { kind: 'text', text: await readFile(file, 'utf8') }
    } catch {
      return { kind: 'failed' }
    } finally {
      if (folder) await rm(folder, { recursive: true, force: true })
    }
  }

const endsWell = (command: string, file: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    // The shell splits the command, keeps the file one word, and gives its place to the editor: who ends one ends it.
    const editor = spawn('sh', ['-c', `exec ${command} "$1"`, 'sh', file], { stdio: 'inherit', signal })
    editor.once('error', () => resolve(false))
    editor.once('exit', (code) => resolve(code === 0))
  })
