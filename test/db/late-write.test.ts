import { expect, test } from 'vitest'
import { isLateWrite } from '../../src/db/late-write.ts'

const thrownAt = (place: string, error = new TypeError("Cannot read properties of null (reading 'write')")) =>
  Object.assign(error, {
    stack: `${error.name}: ${error.message}\n    at Immediate.nextWrite (${place}:255:22)`,
  })

test('a write of the database driver after its connection was closed is known as what it is', () => {
  expect(isLateWrite(thrownAt('file:///app/node_modules/postgres/src/connection.js'))).toBe(true)
  expect(isLateWrite(thrownAt('C:\\app\\node_modules\\postgres\\cjs\\src\\connection.js'))).toBe(true)
})

test('nothing else is taken for it', () => {
  expect(isLateWrite(thrownAt('file:///app/src/db/client.ts'))).toBe(false)
  expect(
    isLateWrite(thrownAt('file:///app/node_modules/postgres/src/connection.js', new TypeError('x'))),
  ).toBe(false)
  expect(isLateWrite('write')).toBe(false)
})
