// Goal: what is deployed follows the topology. Method: each file that repeats some of it is rendered
// again and compared; what is written by hand has an entry for each service.
import { programs } from '@wabastream/contracts'
import { describe, expect, it } from '@jest/globals'
import { globSync } from 'node:fs'
import { pathOf, readText, readYaml } from '../tools/repository.ts'
import { asObject } from '../tools/json.ts'
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

  it('has a service in the compose file, a template of the chart, and its part of the values', () => {
    const compose = Object.keys(
      asObject(asObject(readYaml('deploy/compose/compose.yaml'))['services']),
    )
    const templates = globSync('deploy/helm/wabastream/templates/*.yaml', { cwd: pathOf('.') })
    const values = Object.keys(asObject(readYaml('deploy/helm/wabastream/values.yaml')))
    expect(compose).toEqual(expect.arrayContaining(names))
    expect(templates).toEqual(
      expect.arrayContaining(names.map((name) => `deploy/helm/wabastream/templates/${name}.yaml`)),
    )
    expect(values).toEqual(expect.arrayContaining(programs.map(({ chartKey }) => chartKey)))
  })
})
