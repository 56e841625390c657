import { code } from './code.ts'

/** `src/store.js`: a Map that survives `kill -9`. */
export const storeSource = code`
import fs from 'node:fs'

const NEWLINE = 0x0a
/** Rewriting the file is worth it only when it holds many lines that no longer count. */
const MAX_STALE_LINES = 1000

/**
 * A Map that is on disk before \`put\` and \`delete\` return. The file grows by one JSON line per change:
 * \`[key, value]\` sets, \`[key]\` deletes. One process at a time may have it open.
 */
export function openStore(file) {
  const { values, lines: found, torn } = replay(file)
  let lines = found
  let fd
  let damaged = false

  /** Appending waits for the disk (the \`s\`): what was answered survives a power cut. */
  const open = () => {
    fd = fs.openSync(file, 'as', 0o600)
  }
  const compact = () => {
    rewrite(file, values)
    lines = values.size
  }
  const reopenCompacted = () => {
    compact()
    fs.closeSync(fd)
    open()
  }
  const isStale = () => lines > values.size * 2 + MAX_STALE_LINES
  if (torn || isStale()) compact()
  open()

  const append = (entry) => {
    if (damaged) reopenCompacted()
    // A full disk may leave half a line behind, which would spoil the next one.
    damaged = true
    fs.appendFileSync(fd, \`\${JSON.stringify(entry)}\n\`)
    damaged = false
    lines += 1
  }

  return {
    get: (key) => values.get(key),
    has: (key) => values.has(key),
    values: () => [...values.values()],
    put(key, value) {
      append([key, value])
      values.set(key, value)
      if (isStale()) reopenCompacted()
    },
    delete(key) {
      if (!values.has(key)) return false
      append([key])
      values.delete(key)
      if (isStale()) reopenCompacted()
      return true
    },
    close: () => fs.closeSync(fd),
  }
}

/** What the file says, in the order in which keys first appeared. */
function replay(file) {
  const values = new Map()
  if (!fs.existsSync(file)) return { values, lines: 0, torn: false }
  const content = fs.readFileSync(file)
  // A last line without its end was never acknowledged: the process was killed while writing it.
  const end = content.lastIndexOf(NEWLINE) + 1
  const lines = content.subarray(0, end).toString().split('\n').slice(0, -1)
  for (const [index, line] of lines.entries()) {
    const [key, ...value] = parse(line, file, index + 1)
    if (value.length > 0) values.set(key, value[0])
    else values.delete(key)
  }
  return { values, lines: lines.length, torn: end < content.length }
}

function parse(line, file, number) {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(\`\${file} is damaged at line \${number}. Restore it from a backup, or remove that line.\`)
  }
}

/** The new file replaces the old one in a single step, so that a crash leaves one of them whole. */
function rewrite(file, values) {
  const temporary = \`\${file}.new\`
  const lines = [...values].map((entry) => \`\${JSON.stringify(entry)}\n\`)
  fs.rmSync(temporary, { force: true })
  fs.appendFileSync(temporary, lines.join(''), { flag: 'as', mode: 0o600 })
  fs.renameSync(temporary, file)
}
`

/** `test/store.test.js`. */
export const storeTestSource = code`
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../src/store.js'

function temporaryFile(t) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'store-'))
  t.after(() => fs.rmSync(folder, { recursive: true }))
  return join(folder, 'things.jsonl')
}

test('what was put is there after opening the file again', (t) => {
  const file = temporaryFile(t)
  const store = openStore(file)
  store.put('a', { n: 1 })
  store.put('b', { n: 2 })
  store.put('a', { n: 3 })
  store.delete('b')
  store.close()

  const again = openStore(file)
  assert.deepEqual(again.values(), [{ n: 3 }])
  again.close()
})

test('a line that was cut off by a crash is dropped, and the next one is not spoilt by it', (t) => {
  const file = temporaryFile(t)
  const store = openStore(file)
  store.put('kept', 1)
  store.close()
  fs.appendFileSync(file, '["torn", {"n"')

  const recovered = openStore(file)
  recovered.put('after', 2)
  recovered.close()
  const again = openStore(file)
  assert.deepEqual(again.values(), [1, 2])
  again.close()
})

test('a damaged line in the middle stops the start instead of losing data in silence', (t) => {
  const file = temporaryFile(t)
  fs.writeFileSync(file, '["a",1]\nnonsense\n["b",2]\n')
  assert.throws(() => openStore(file), /damaged at line 2/)
})

test('a value that could not be written is not there, and spoils nothing', (t) => {
  const file = temporaryFile(t)
  const store = openStore(file)
  store.put('kept', 1)
  const full = new Error('ENOSPC: no space left on device')
  const write = t.mock.method(fs, 'appendFileSync', (fd) => {
    fs.writeSync(fd, '["lost",')
    throw full
  })
  assert.throws(() => store.put('lost', 2), full)
  write.mock.restore()
  assert.equal(store.has('lost'), false)
  store.put('after', 3)
  store.close()
  const again = openStore(file)
  assert.deepEqual(again.values(), [1, 3])
  again.close()
})

test('a file full of old values is rewritten with the current ones, at the start and while running', (t) => {
  const file = temporaryFile(t)
  const old = (count) => Array.from({ length: count }, (_, n) => \`["counter",\${n}]\n\`).join('')
  fs.writeFileSync(file, old(1500))
  openStore(file).close()
  assert.equal(fs.readFileSync(file, 'utf8'), '["counter",1499]\n')

  fs.writeFileSync(file, old(1000))
  const store = openStore(file)
  for (const value of ['a', 'b', 'c']) store.put('counter', value)
  assert.equal(fs.readFileSync(file, 'utf8'), '["counter","c"]\n')
  store.put('other', true)
  store.close()
  const again = openStore(file)
  assert.deepEqual(again.values(), ['c', true])
  again.close()
})
`
