import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { root, withRepositoryCopy } from './repository-copy.ts'

const PACKAGE = 'node_modules/@wabastream/contracts'
const FILE = 'packages/contracts/src/index.ts'
const HIDDEN_LOCK = 'node_modules/.package-lock.json'

describe('a copy of the repository', () => {
  it('is one of its own, and gone at the end also of a failure', async () => {
    let copy = ''
    const done = withRepositoryCopy(async (path) => {
      copy = path
      expectOwnFiles(path)
      throw new Error('a step failed')
    })
    await expect(done).rejects.toThrow('a step failed')
    expect(copy).not.toBe('')
    expect(existsSync(copy)).toBe(false)
  })
})

function expectOwnFiles(path: string): void {
  const at = (file: string) => join(path, file)
  const original = readFileSync(join(root, FILE), 'utf8')
  expect(readFileSync(at(FILE), 'utf8')).toBe(original)
  writeFileSync(at(FILE), '')
  expect(readFileSync(join(root, FILE), 'utf8')).toBe(original)
  expect(realpathSync(at(PACKAGE))).toBe(realpathSync(at('packages/contracts')))
  expect(statSync(at(HIDDEN_LOCK)).ino).not.toBe(statSync(join(root, HIDDEN_LOCK)).ino)
}
