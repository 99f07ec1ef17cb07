import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { root, withRepositoryCopy } from './repository-copy.ts'

const PACKAGE = 'node_modules/@wabastream/contracts'
const FILE = 'packages/contracts/src/index.ts'
const TIMEOUT_MS = 120_000
const HIDDEN_LOCK = 'node_modules/.package-lock.json'

describe('a copy of the repository', () => {
  it(
    'is one of its own, takes workspaces without a network, and is gone at the end',
    async () => {
      let copy = ''
      const done = withRepositoryCopy(async (path) => {
        copy = path
        expectOwnFiles(path)
        expectInstalls(path)
        throw new Error('a step failed')
      })
      await expect(done).rejects.toThrow('a step failed')
      expect(copy).not.toBe('')
      expect(existsSync(copy)).toBe(false)
    },
    TIMEOUT_MS,
  )
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

/** A new workspace with a dependency that is there gets in, though no registry can be asked. */
function expectInstalls(path: string): void {
  const workspace = join(path, 'packages/one-more')
  mkdirSync(workspace)
  const manifest = { name: '@wabastream/one-more', version: '0.1.0', dependencies: { zod: '*' } }
  writeFileSync(join(workspace, 'package.json'), JSON.stringify(manifest))
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    npm_config_registry: 'http://127.0.0.1:1',
    npm_config_cache: join(path, 'empty-cache'),
    npm_config_fetch_retries: '0',
  }
  const { stderr } = spawnSync('npm', ['install'], { cwd: path, env, encoding: 'utf8' })
  expect(stderr).not.toContain('npm error')
  expect(realpathSync(join(path, 'node_modules/@wabastream/one-more'))).toBe(
    realpathSync(workspace),
  )
}
