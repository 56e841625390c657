import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileName } from '../../src/bots/file-name.ts'
import { readTextFile } from '../../src/bots/text-file.ts'

const inPieces = async function* (bytes: Uint8Array, sizes: number[]) {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

describe('a file that arrives in pieces', () => {
  it('is the text that was written, wherever it was cut', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((one) => !one.includes('\0') && !one.startsWith('\ufeff'))
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(5)), async (written, sizes) => {
        const pieces = inPieces(Buffer.from(written), sizes)
        expect(await readTextFile(pieces, { name: 'a', maxBytes: 1e6 })).toBe(written)
      }),
    )
  })

  it('is read no further than it may be', async () => {
    let given = 0
    const endless = async function* () {
      for (;;) {
        given += 100
        yield new Uint8Array(100).fill(0x61)
      }
    }
    await expect(readTextFile(endless(), { name: 'a.json', maxBytes: 1024 })).rejects.toMatchObject({
      code: 'invalid',
      userMessage: { key: 'attachment-too-large', args: { name: 'a.json', limit: 1 } },
    })
    expect(given).toBeLessThan(1300)
  })

  it('exactly as large as allowed is read', async () => {
    expect(await readTextFile(inPieces(Buffer.from('abcd'), [2]), { name: 'a', maxBytes: 4 })).toBe('abcd')
  })

  it('that breaks off may be tried again', async () => {
    const broken = async function* () {
      yield Buffer.from('{"a')
      throw new Error('socket hang up at https://secret')
    }
    await expect(readTextFile(broken(), { name: 'a', maxBytes: 100 })).rejects.toMatchObject({
      code: 'platform_unavailable',
      message: expect.not.stringContaining('secret'),
    })
  })

  it('loses the mark that some editors put before it', async () => {
    expect(await readTextFile(inPieces(Buffer.from('\ufeff{}'), [1, 1]), { name: 'a', maxBytes: 10 })).toBe(
      '{}',
    )
  })
})

describe('the name of a file', () => {
  it.each([
    ['Architect.json', 'Architect.json'],
    ['Архитектор.json', 'Архитектор.json'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['a\r\nb"; x.json', 'a_b_x.json'],
    ['', 'file'],
    ['...', 'file'],
  ])('%j is written %j', (name, safe) => {
    expect(fileName(name)).toBe(safe)
  })

  it('never leaves its folder, and keeps its ending', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = fileName(`${name}.json`)
        expect(safe).toMatch(/^[^/\\"\r\n\0]+$/)
        expect(safe.startsWith('.')).toBe(false)
        expect(safe.endsWith('json')).toBe(true)
      }),
    )
  })
})
