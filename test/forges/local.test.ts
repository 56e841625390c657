import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Forge, RepositoryRef, WorkTree } from '../../src/forges/forge.ts'
import { createLocalForge } from '../../src/forges/local.ts'
import { createLog } from '../../src/log.ts'
import { hastyClock } from '../support/hasty-clock.ts'

let dataDir: string
let forge: Forge
let repository: RepositoryRef

const log = createLog({ level: 'silent' })

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'forge-test-'))
  forge = createLocalForge({ dataDir, log, clock: hastyClock })
  repository = await forge.ensureRepository({ name: 'links', description: 'Short links.' })
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const git = (...args: string[]) =>
  execFileSync('git', ['--git-dir', join(dataDir, 'forge/links.git'), ...args], { encoding: 'utf8' }).trim()
const checkout = (branch: string, folder = branch): Promise<WorkTree> =>
  forge.checkout({ repository, branch, dir: join(dataDir, 'trees', folder) })
const put = (tree: WorkTree, path: string, content: string) => writeFile(join(tree.dir, path), content)

describe('a repository', () => {
  test('begins with a commit on main that says what it is, and is made once', async () => {
    const first = git('rev-parse', 'main')
    expect(git('show', 'main:README.md')).toBe('# links\n\nShort links.')
    expect(git('log', '-1', '--format=%an <%ae>')).toBe('prorab <prorab@localhost>')
    await Promise.all([1, 2, 3].map(() => forge.ensureRepository({ name: 'links', description: 'other' })))
    expect(git('rev-parse', 'main')).toBe(first)
  })

  test('can be cloned by a person from its address', async () => {
    execFileSync('git', ['clone', '-q', forge.repositoryUrl(repository), join(dataDir, 'mine')])
    expect(await readdir(join(dataDir, 'mine'))).toContain('README.md')
  })

  test.each([
    '../../etc',
    'a/b',
    '',
    '-rf',
    'A',
    'ünï',
    'x'.repeat(64),
    'a.git',
    'a\0',
    '.',
    '--upload-pack=x',
  ])('is never named %j', async (name) => {
    await expect(forge.ensureRepository({ name, description: '' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(forge.archiveRepository({ kind: 'local', name })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('is put into the archive, once, and the name is free again', async () => {
    await forge.archiveRepository(repository)
    await forge.archiveRepository(repository)
    const [kept, ...others] = await readdir(join(dataDir, 'archive/forge'))
    expect(kept).toMatch(/^links-\d{4}-.*\.git$/)
    expect(others).toEqual([])
    await expect(checkout('run/1')).rejects.toMatchObject({ code: 'not_found' })
    await forge.ensureRepository({ name: 'links', description: '' })
  })

  test('needs git, and says so when there is none', async () => {
    const without = createLocalForge({ dataDir, log, searchPath: '/nonexistent' })
    await expect(without.ensureRepository({ name: 'other', description: '' })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('Install the package "git"'),
    })
  })
})

describe('a work tree', () => {
  test('takes work from a branch to main', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'app.js', 'one\n')
    const { sha, changed } = await tree.commit({ message: 'Add the app\n\nWith a body.' })
    expect(changed).toBe(true)
    expect(await tree.head()).toBe(sha)
    await tree.push()
    await tree.push()
    expect(await forge.merge({ repository, branch: 'run/a1', message: 'Merge' })).toEqual({
      sha,
      merged: true,
    })
    expect(await forge.merge({ repository, branch: 'run/a1', message: 'Merge' })).toEqual({
      sha,
      merged: false,
    })
    expect(git('log', '--format=%s', 'main')).toBe('Add the app\nBegin links')
  })

  test('holds no git data, and what a program puts there as such is not obeyed', async () => {
    const tree = await checkout('run/a1')
    expect(await readdir(tree.dir)).toEqual(['README.md'])
    for (const folder of ['', 'sub/']) {
      await mkdir(join(tree.dir, folder, '.git/hooks'), { recursive: true })
      await put(tree, `${folder}.git/config`, `[core]\n fsmonitor = "touch ${dataDir}/executed"\n`)
      await put(tree, `${folder}.git/HEAD`, 'ref: refs/heads/main\n')
      await mkdir(join(tree.dir, folder, '.git/refs'))
      await mkdir(join(tree.dir, folder, '.git/objects'))
    }
    await put(tree, '.gitattributes', '* filter=evil diff=evil\n')
    await put(tree, 'sub/file', 'x')
    await tree.diff('main')
    await tree.commit({ message: 'x' })
    expect(git('ls-tree', '-r', '--name-only', await headOf(tree)).split('\n')).toEqual([
      '.gitattributes',
      'README.md',
      'sub/file',
    ])
    expect(await readdir(dataDir)).not.toContain('executed')
  })

  const headOf = async (tree: WorkTree) => {
    await tree.push()
    return tree.head()
  }

  test('with nothing to commit answers the commit there is', async () => {
    const tree = await checkout('run/a1')
    const before = await tree.head()
    expect(await tree.commit({ message: 'nothing' })).toEqual({ sha: before, changed: false })
  })

  test('commits the paths it is asked to, and deletions as well', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'a', '1')
    await put(tree, 'b', '1')
    await tree.commit({ message: 'a only', paths: ['a'] })
    expect(git('ls-tree', '--name-only', await headOf(tree)).split('\n')).toEqual(['README.md', 'a'])
    await rm(join(tree.dir, 'README.md'))
    await tree.commit({ message: 'the rest' })
    expect(git('ls-tree', '--name-only', await headOf(tree)).split('\n')).toEqual(['a', 'b'])
  })

  test('opened again keeps the work in it, also after a kill in the middle of a command', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'work', 'unsaved')
    const [gitDir] = await readdir(join(dataDir, 'forge/checkouts'))
    const lock = join(dataDir, 'forge/checkouts', gitDir ?? '', 'index.lock')
    await writeFile(lock, '')
    execFileSync('touch', ['-d', '1 minute ago', lock])
    const again = await checkout('run/a1')
    expect(await readFile(join(again.dir, 'work'), 'utf8')).toBe('unsaved')
    expect(await again.commit({ message: 'saved' })).toMatchObject({ changed: true })
    expect(await again.diff('main')).toContain('+unsaved')
  })

  test('whose folder was lost comes back with what was committed', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'work', 'saved')
    await tree.commit({ message: 'saved' })
    await rm(tree.dir, { recursive: true })
    const again = await checkout('run/a1')
    expect((await readdir(again.dir)).sort()).toEqual(['README.md', 'work'])
    expect((await again.commit({ message: 'nothing' })).changed).toBe(false)
  })

  test('checks no links out, so that none leads anywhere', async () => {
    const clone = join(dataDir, 'mine')
    execFileSync('git', ['clone', '-q', join(dataDir, 'forge/links.git'), clone])
    await symlink('/etc/passwd', join(clone, 'link'))
    execFileSync('git', ['-C', clone, 'add', '.'])
    execFileSync('git', ['-C', clone, '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'link'])
    execFileSync('git', ['-C', clone, 'push', '-q'])
    const tree = await checkout('run/a1')
    expect(await readFile(join(tree.dir, 'link'), 'utf8')).toBe('/etc/passwd')
    expect((await tree.commit({ message: 'nothing' })).changed).toBe(false)
  })

  test('shows what changed, cut where nobody would read on', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'large', 'line of text\n'.repeat(20_000))
    const diff = await tree.diff('main')
    expect(diff.length).toBeLessThan(61_000)
    expect(diff).toMatch(/\[diff cut: \d+ more characters\]\n$/)
    await expect(tree.diff('nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('discarded keeps unfinished work under a rescue ref', async () => {
    const tree = await checkout('run/a1')
    await put(tree, 'work', 'precious')
    const { rescued } = await tree.discard()
    expect(git('show', `${rescued}:work`)).toBe('precious')
    expect(await readdir(join(dataDir, 'trees/run'))).toEqual([])
    expect(await readdir(join(dataDir, 'forge/checkouts'))).toEqual([])
    const finished = await checkout('run/a2')
    await put(finished, 'work', 'pushed')
    await finished.commit({ message: 'done' })
    await finished.push()
    expect(await finished.discard()).toEqual({ rescued: undefined })
    expect(await finished.discard()).toEqual({ rescued: undefined })
  })

  test('is readable for the user programs run as, whatever the umask', async () => {
    const before = process.umask(0o077)
    const tree = await checkout('run/a1').finally(() => process.umask(before))
    expect((await stat(tree.dir)).mode & 0o005).toBe(0o005)
  })

  test.each(['../x', '-x', 'a..b', 'a.lock', 'x y', '', 'a/', 'refs:x', '.a'])(
    'never has a branch named %j',
    async (branch) => {
      await expect(checkout(branch, 'x')).rejects.toMatchObject({ code: 'invalid' })
    },
  )
})

describe('two branches', () => {
  const change = async (branch: string, path: string, content: string) => {
    const tree = await checkout(branch)
    await put(tree, path, content)
    await tree.commit({ message: branch })
    await tree.push()
    return tree
  }

  test('that touch different things are merged', async () => {
    await change('run/a', 'a', 'a')
    await change('run/b', 'b', 'b')
    await forge.merge({ repository, branch: 'run/a', message: 'Merge a' })
    const { sha } = await forge.merge({ repository, branch: 'run/b', message: 'Merge b' })
    expect(git('rev-parse', 'main')).toBe(sha)
    expect(git('ls-tree', '--name-only', 'main').split('\n')).toEqual(['README.md', 'a', 'b'])
    expect(git('log', '-1', '--format=%s %P', 'main').split(' ')).toHaveLength(4)
  })

  test('that change different lines of one file are merged', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    await change('run/base', 'file', lines.join('\n'))
    await forge.merge({ repository, branch: 'run/base', message: '' })
    const [a, b] = [await checkout('run/a'), await checkout('run/b')]
    await put(a, 'file', lines.with(1, 'A').join('\n'))
    await put(b, 'file', lines.with(28, 'B').join('\n'))
    for (const tree of [a, b]) {
      await tree.commit({ message: tree.branch })
      await tree.push()
      await forge.merge({ repository, branch: tree.branch, message: 'Merge' })
    }
    expect(git('show', 'main:file')).toBe(lines.with(1, 'A').with(28, 'B').join('\n'))
  })

  test('that contradict each other are a conflict with the file named, and main stays', async () => {
    await change('run/a', 'same', 'a')
    await change('run/b', 'same', 'b')
    const { sha } = await forge.merge({ repository, branch: 'run/a', message: 'Merge a' })
    const again = forge.merge({ repository, branch: 'run/b', message: 'Merge b' })
    await expect(again).rejects.toMatchObject({ code: 'conflict', message: 'Both branches changed same.' })
    expect(git('rev-parse', 'main')).toBe(sha)
  })

  test('pushed under one name: the second is told', async () => {
    await change('run/a', 'a', 'a')
    const behind = await checkout('run/a', 'other')
    const first = await checkout('run/a')
    await put(first, 'a', 'newer')
    await first.commit({ message: 'newer' })
    await first.push()
    await put(behind, 'a', 'other')
    await behind.commit({ message: 'other' })
    await expect(behind.push()).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a release', () => {
  test('is the files of a commit, without git data, there at once and kept', async () => {
    const dir = join(dataDir, 'releases/1')
    const { sha } = await forge.exportTree({ repository, ref: 'main', dir })
    expect(sha).toBe(git('rev-parse', 'main'))
    expect(await readdir(dir)).toEqual(['README.md'])
    expect((await stat(dir)).mode & 0o777).toBe(0o755)
    await chmod(join(dir, 'README.md'), 0o600)
    await forge.exportTree({ repository, ref: sha, dir })
    expect((await stat(join(dir, 'README.md'))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(dataDir, 'releases'))).toEqual(['1'])
    await expect(forge.exportTree({ repository, ref: 'nowhere', dir })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
