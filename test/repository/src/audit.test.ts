// Goal: advisories are found, allowed by name and for a time, and never passed over in silence.
// Method: `npm run audit` as continuous integration runs it, against a registry on loopback.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { registryEntries, run } from './repository.fixture.ts'
import { type Registry, startRegistry } from './registry.fixture.ts'

const ADVISORY = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-test-test-test',
  title: 'Reads what it should not',
  severity: 'high',
  vulnerable_versions: '<99.0.0',
  cwe: [],
  cvss: { score: 0, vectorString: null },
}
const count = registryEntries().length

describe('npm run audit', () => {
  let directory: string
  let registry: Registry
  let advisories: object = {}

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'wabastream-audit-'))
    advisories = {}
    registry = await startRegistry(({ method, url }, response) => {
      if (method !== 'POST' || url !== '/-/npm/v1/security/advisories/bulk') return
      response.setHeader('content-type', 'application/json').end(JSON.stringify(advisories))
    })
  })
  afterEach(async () => {
    await registry.close()
    rmSync(directory, { recursive: true })
  })

  const cache = () => join(directory, 'advisories.json')
  const allow = (entries: unknown) => {
    writeFileSync(join(directory, 'allowed.json'), JSON.stringify(entries))
  }
  const audit = (url = registry.url) =>
    run(
      'npm',
      [
        'run',
        '-s',
        'audit',
        '--',
        '--cache',
        cache(),
        '--allowed',
        join(directory, 'allowed.json'),
      ],
      {
        env: {
          npm_config_registry: url,
          npm_config_cache: join(directory, 'npm'),
          npm_config_fetch_retries: '0',
        },
      },
    )
  const NOBODY = 'http://127.0.0.1:1'

  it('passes when the registry knows of nothing', async () => {
    const { code, out } = await audit()
    expect({ code, out }).toEqual({
      code: 0,
      out: `advisories: 0 found, 0 allowed; ${count} of ${count} packages checked\n`,
    })
  })

  it('names an advisory with the version that is locked, and fails', async () => {
    advisories = { koa: [ADVISORY] }
    const { code, out } = await audit()
    expect(code).toBe(1)
    expect(out).toMatch(
      /^high: koa@3\.\S+: Reads what it should not https:\/\/.*GHSA-test-test-test$/m,
    )
  })

  it('allows one by name, until its day', async () => {
    advisories = { koa: [ADVISORY] }
    allow([{ id: 'GHSA-test-test-test', reason: 'not reached by us', until: '2999-01-01' }])
    expect(await audit()).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 found, 1 allowed'),
    })
    allow([{ id: 'GHSA-test-test-test', reason: 'not reached by us', until: '2020-01-01' }])
    expect(await audit()).toMatchObject({
      code: 1,
      out: expect.stringContaining('(allowed until 2020-01-01: not reached by us)'),
    })
    allow([{ id: 'GHSA-test-test-test', until: '2999-01-01' }])
    expect(await audit()).toMatchObject({ code: 2 })
  })

  it('says that it could not run, and does not pass', async () => {
    const { code, out } = await audit(NOBODY)
    expect(code).toBe(3)
    expect(out).toContain(`0 of ${count} packages checked`)
    expect(out).toContain('ADVISORIES WERE NOT CHECKED')
  })

  it('falls back to what was answered before, as long as that is fresh', async () => {
    advisories = { koa: [ADVISORY] }
    await audit()
    const fresh = await audit(NOBODY)
    expect(fresh).toMatchObject({ code: 1, out: expect.stringContaining('0 days old') })
    expect(fresh.out).toContain(`${count} of ${count} packages checked`)
    allow([{ id: 'GHSA-test-test-test', reason: 'not reached by us', until: '2999-01-01' }])
    expect(await audit(NOBODY)).toMatchObject({ code: 0 })
    const data: object = JSON.parse(readFileSync(cache(), 'utf8'))
    writeFileSync(cache(), JSON.stringify({ ...data, checkedAt: '2020-01-01T00:00:00.000Z' }))
    expect(await audit(NOBODY)).toMatchObject({
      code: 3,
      out: expect.stringContaining('NOT CHECKED'),
    })
  })

  it('does not take a package for checked that the data does not know', async () => {
    await audit()
    const data: { packages: string[] } = JSON.parse(readFileSync(cache(), 'utf8'))
    const packages = data.packages.filter((name) => !name.startsWith('koa@'))
    writeFileSync(cache(), JSON.stringify({ ...data, packages }))
    expect(await audit(NOBODY)).toMatchObject({
      code: 3,
      out: expect.stringContaining(`${count - 1} of ${count} packages checked`),
    })
  })
})
