// Goal: what is deployed follows the topology. Method: each file that repeats some of it is
// rendered again and compared; what is written by hand has an entry for each service.
import { programs } from '@wabastream/contracts'
import { describe, expect, it } from '@jest/globals'
import { globSync } from 'node:fs'
import { pathOf, readText, readYaml } from '../tools/repository.ts'
import { asObject } from '../tools/json.ts'
import { chartReaders, composeReaders } from './rendered-topology.ts'
import { topologyFiles } from './topology-files.ts'

describe.each(topologyFiles.map((file) => [file.path, file] as const))('%s', (path, { render }) => {
  it('says what the topology says: else run `npm run generate`', () => {
    expect(readText(path)).toBe(render())
  })
})

describe('every program of the topology', () => {
  const names = programs.map(({ service }) => service)

  it('has a folder in services/, and none is there that it does not name', () => {
    const folders = globSync('services/*/src/main.ts', { cwd: pathOf('.') })
      .map((path) => path.split('/')[1])
      .filter((folder) => folder !== 'cli')
    expect(folders.toSorted()).toEqual(names.toSorted())
  })

  it('has a service in the compose file, and its part of the values', () => {
    const compose = Object.keys(
      asObject(asObject(readYaml('deploy/compose/compose.yaml'))['services']),
    )
    const values = Object.keys(asObject(readYaml('deploy/helm/wabastream/values.yaml')))
    expect(compose).toEqual(expect.arrayContaining(names))
    expect(values).toEqual(expect.arrayContaining(programs.map(({ chartKey }) => chartKey)))
  })
})

describe('a part of a file that is generated', () => {
  it('leaves out the reader that stands in the rest of the compose file', () => {
    expect(composeReaders('services:\n  decoder:\n    <<: *service\n')).not.toContain('decoder')
    expect(composeReaders('services:\n')).toContain('  decoder:\n')
  })

  it('gives each reader its part of the values, but for one that stands in the rest', () => {
    const processor = /^processor:\n(?: .*\n)+/m.exec(
      readText('deploy/helm/wabastream/values.yaml'),
    )?.[0]
    expect(chartReaders('\nsink:\n')).toContain(processor)
    expect(chartReaders('\nsink:\n')).not.toContain('sink:')
  })
})
