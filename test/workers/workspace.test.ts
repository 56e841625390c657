import { execFileSync } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createWorkspace,
  MAX_WORKSPACE_FILE_BYTES,
  MAX_WORKSPACE_FILES,
  type Workspace,
} from '../../src/workers/workspace.ts'

let home: string
let root: string
let workspace: Workspace

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'workspace-test-'))
  root = join(home, 'tree')
  await mkdir(root)
  await writeFile(join(home, 'secret'), 'secret')
  workspace = createWorkspace({ root })
})
afterEach(() => rm(home, { recursive: true, force: true }))

const refusal = { name: 'AppError', code: 'sandbox_refused' }

describe('the developer', () => {
  test('writes, reads, lists and removes files of the project', async () => {
    await workspace.write('src/deep/app.js', 'let a = "ж"\n')
    await workspace.write('./README.md', '# hi')
    expect(await workspace.read('src//deep/./app.js')).toBe('let a = "ж"\n')
    expect(await workspace.list()).toEqual([
      { path: 'README.md', kind: 'file', size: 4 },
      { path: 'src', kind: 'folder', size: 0 },
      { path: 'src/deep', kind: 'folder', size: 0 },
      { path: 'src/deep/app.js', kind: 'file', size: 13 },
    ])
    expect((await workspace.list('src/deep')).map(({ path }) => path)).toEqual(['src/deep/app.js'])
    await workspace.remove('src')
    await workspace.remove('src/deep/app.js')
    expect((await workspace.list()).map(({ path }) => path)).toEqual(['README.md'])
  })

  test('overwrites a file and keeps that it is executable', async () => {
    await workspace.write('run.sh', 'one')
    await chmod(join(root, 'run.sh'), 0o755)
    await workspace.write('run.sh', 'two')
    expect(await workspace.read('run.sh')).toBe('two')
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755)
  })

  test('is told politely about what is missing, binary, large or no file', async () => {
    await writeFile(join(root, 'picture'), Buffer.from([137, 80, 0, 71]))
    await writeFile(join(root, 'latin'), Buffer.from([0xe9, 0x20]))
    await writeFile(join(root, 'large'), Buffer.alloc(MAX_WORKSPACE_FILE_BYTES + 1, 'a'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    await mkdir(join(root, 'folder'))
    await expect(workspace.read('nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(workspace.read('no/thing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(workspace.read('picture')).rejects.toThrow('picture is a binary file of 4 bytes')
    await expect(workspace.read('latin')).rejects.toThrow('binary')
    await expect(workspace.read('large')).rejects.toThrow('at most 1048576')
    await expect(workspace.read('pipe')).rejects.toThrow('not a file')
    await expect(workspace.read('folder')).rejects.toThrow('not a file')
    await expect(workspace.read('')).rejects.toThrow('A path is needed')
    await expect(workspace.write('a', 'x'.repeat(MAX_WORKSPACE_FILE_BYTES + 1))).rejects.toThrow('at most')
    await expect(workspace.write('folder', 'x')).rejects.toMatchObject(refusal)
    await expect(workspace.write('picture/a', 'x')).rejects.toMatchObject(refusal)
  })

  test('cannot fill the project with files without end', async () => {
    await mkdir(join(root, 'many'))
    for (let i = 0; i < MAX_WORKSPACE_FILES; i++) await writeFile(join(root, 'many', String(i)), '')
    await expect(workspace.write('one-more', '')).rejects.toThrow('2000 files')
    await workspace.write('many/7', 'an existing one may change')
  })
})

describe('what leaves the project', () => {
  test.each([
    '../secret',
    'a/../../secret',
    '..',
    '/etc/passwd',
    '//etc/passwd',
    'a/..',
    '..\\secret',
    'C:\\x',
    'a\0b',
    'a\nb',
    '.git/config',
    'sub/.git/hooks/pre-commit',
    '.GIT/config',
    '.git./config',
    'git~1/config',
    '.gitmodules',
    'x'.repeat(2000),
    'x'.repeat(256),
    'd/'.repeat(40),
    '\ud800',
    '.prorab-aa.tmp',
  ])('is refused by name: %j', async (path) => {
    await expect(workspace.read(path)).rejects.toMatchObject(refusal)
    await expect(workspace.write(path, 'x')).rejects.toMatchObject(refusal)
    await expect(workspace.remove(path)).rejects.toMatchObject(refusal)
    await expect(workspace.list(path)).rejects.toMatchObject(refusal)
    expect(await readdir(root)).toEqual([])
  })

  test('is refused through links, and links can be removed without harm', async () => {
    await symlink(join(home, 'secret'), join(root, 'file-link'))
    await symlink(home, join(root, 'folder-link'))
    for (const path of ['file-link', 'folder-link/secret', 'folder-link/new']) {
      await expect(workspace.read(path)).rejects.toMatchObject(refusal)
      await expect(workspace.write(path, 'x')).rejects.toMatchObject(refusal)
    }
    await expect(workspace.remove('folder-link/secret')).rejects.toMatchObject(refusal)
    await expect(workspace.list('folder-link')).rejects.toMatchObject(refusal)
    expect((await workspace.list()).map(({ kind }) => kind)).toEqual(['link', 'link'])
    await workspace.remove('folder-link')
    await workspace.remove('file-link')
    expect(await readFile(join(home, 'secret'), 'utf8')).toBe('secret')
    expect(await readdir(home)).toEqual(['secret', 'tree'])
  })

  test('stays out of reach while somebody swaps a folder for a link', async () => {
    await mkdir(join(home, 'outside'))
    await mkdir(join(root, 'a'))
    await symlink(join(home, 'outside'), join(root, 'b'))
    let swapping = true
    const swaps = (async () => {
      while (swapping) {
        await rename(join(root, 'a'), join(root, 'c')).catch(() => {})
        await rename(join(root, 'b'), join(root, 'a')).catch(() => {})
        await rename(join(root, 'a'), join(root, 'b')).catch(() => {})
        await rename(join(root, 'c'), join(root, 'a')).catch(() => {})
      }
    })()
    for (let i = 0; i < 300; i++) await workspace.write(`a/${i % 10}`, 'x').catch(() => {})
    swapping = false
    await swaps
    expect(await readdir(join(home, 'outside'))).toEqual([])
  })

  test('is nothing that any path can reach', async () => {
    await symlink('..', join(root, 'up'))
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'up', 'secret', '.git', 'tree', '~', 'a', 'b', '\0', '\\', 'etc'),
      fc.string({ maxLength: 8, unit: 'binary' }),
    )
    const path = fc
      .tuple(fc.constantFrom('', '/', './', '../'), fc.array(part, { maxLength: 6 }))
      .map(([start, parts]) => start + parts.join('/'))
    await fc.assert(
      fc.asyncProperty(path, fc.string({ maxLength: 20, unit: 'grapheme' }), async (path, text) => {
        const written = await workspace.write(path, text).then(
          () => true,
          () => false,
        )
        if (written) expect(await workspace.read(path)).toBe(text)
        else await workspace.remove(path).catch(() => {})
        expect((await readdir(home)).sort()).toEqual(['secret', 'tree'])
        expect(await readFile(join(home, 'secret'), 'utf8')).toBe('secret')
        if (written) await workspace.remove(path)
        if (!(await lstat(join(root, 'up')).catch(() => undefined))) await symlink('..', join(root, 'up'))
      }),
      { numRuns: 300 },
    )
  })
})
