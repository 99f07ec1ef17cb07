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
    const manifests = globSync('{packages,services,test}/*/package.json', { cwd: root })
    expect(manifests.length).toBeGreaterThan(25)
    expect(places.map(({ file }) => file)).toEqual([
      'deploy/helm/wabastream/Chart.yaml',
      'deploy/helm/wabastream/Chart.yaml',
      'deploy/compose/compose.yaml',
      'deploy/docker/Dockerfile',
      ...manifests.toSorted(),
    ])
    expect(new Set(places.map((place) => place.version))).toEqual(new Set([version]))
    expect(readLock()['']).toMatchObject({ version, license: 'Apache-2.0' })
  })

  it('is of packages that are never published', () => {
    for (const manifest of globSync('{packages,services,test}/*/package.json', { cwd: root })) {
      const content: object = JSON.parse(readFileSync(join(root, manifest), 'utf8'))
      expect({ manifest, ...content }).toMatchObject({ manifest, private: true })
    }
  })

  it('is the first one that the change log describes', () => {
    const versions = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\d\S+)/gm)
    expect(versions.next().value?.[1]).toBe(readVersion())
  })
})
