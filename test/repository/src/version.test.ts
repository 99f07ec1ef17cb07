// Goal: the version stands once, in package.json. Method: every place that repeats it is read, and
// `npm run generate` writes them.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readLock, root } from './repository.fixture.ts'
import { readPlaces, readVersion } from './version.ts'

describe('the version', () => {
  it('is the same wherever a tool wants it', () => {
    const version = readVersion()
    const places = readPlaces()
    expect(places.map(({ file }) => file)).toEqual([
      'deploy/helm/wabastream/Chart.yaml',
      'deploy/helm/wabastream/Chart.yaml',
      'deploy/compose/compose.yaml',
      'deploy/docker/Dockerfile',
    ])
    expect(new Set(places.map((place) => place.version))).toEqual(new Set([version]))
    expect(readLock()['']).toMatchObject({ version, license: 'Apache-2.0' })
  })

  it('is not repeated by packages, which are never published', () => {
    const manifests = globSync('{packages,services,test}/*/package.json', { cwd: root })
    expect(manifests.length).toBeGreaterThan(25)
    for (const manifest of manifests) {
      const content: object = JSON.parse(readFileSync(join(root, manifest), 'utf8'))
      expect({ manifest, ...content }).toMatchObject({ manifest, private: true })
      expect({ manifest, version: 'version' in content }).toEqual({ manifest, version: false })
    }
  })

  it('is the first one that the change log describes', () => {
    const versions = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\d\S+)/gm)
    expect(versions.next().value?.[1]).toBe(readVersion())
  })
})
