// Goal: the compose file fits the services, the files beside it and the versions that are tested.
import { existsSync, globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { asList, asObject, at } from '../json.ts'
import { pathOf, readText, readYaml } from '../repository.ts'
import { readCommandVariables, readVariables } from '../service-variables.ts'
import { runOrThrow } from '../tools/run-command.ts'

const FOLDER = 'deploy/compose'
const OURS = ['ingestor', 'decoder', 'timeline-processor', 'clickhouse-sink']

const file: unknown = parse(readText(`${FOLDER}/compose.yaml`), { merge: true })
const services = asObject(asObject(file)['services'])

describe.each(OURS)('the service %s', (name) => {
  const service = services[name]
  const environment = asObject(at(service, 'environment'))

  it('is the image by its name', () => {
    expect(service).toMatchObject({ command: [name], build: { context: '../..' } })
  })

  it('sets what it reads, and all that it needs', async () => {
    const variables = await readVariables(name)
    const given = Object.keys(environment)
      .map((key) => (variables.has(key) ? key : key.replace(/_FILE$/, '')))
    expect([...variables.keys()]).toEqual(expect.arrayContaining(given))
    const needed = Array.from(variables).filter(([, fallback]) => fallback === 'required')
    expect(given).toEqual(expect.arrayContaining(needed.map(([key]) => key)))
  })

  it('waits for what is prepared, and has time to stop', () => {
    expect(at(service, 'depends_on', 'prepare', 'condition'))
      .toBe('service_completed_successfully')
    const seconds = Number(/^(\d+)s$/.exec(String(at(service, 'stop_grace_period')))?.[1])
    expect(seconds * 1_000).toBeGreaterThan(Number(environment['SHUTDOWN_TIMEOUT_MS']))
  })

  it('has the least of rights', () => {
    expect(service).toMatchObject({
      read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'],
    })
  })

  it('is scraped', () => {
    const [{ targets } = { targets: [] }] = asList(readYaml(`${FOLDER}/targets/wabastream.yaml`))
      .map(asObject)
    expect(targets).toContain(`${name}:9400`)
  })
})

describe('the compose file', () => {
  it('prepares with the variables of the command', async () => {
    const given = Object.keys(asObject(at(services['prepare'], 'environment')))
      .map((key) => key.replace(/_FILE$/, ''))
    expect([...(await readCommandVariables('prepare')).keys()])
      .toEqual(expect.arrayContaining(given))
  })

  it('runs the versions that the tests run', () => {
    const pom = readText('packages/local-stack/pom.xml')
    const versionOf = (artifact: string): string =>
      new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`).exec(pom)?.[1] ?? ''
    expect(at(services['kafka'], 'image')).toBe(`apache/kafka:${versionOf('kafka_2\\.13')}`)
    expect(at(services['registry'], 'image'))
      .toBe(`apicurio/apicurio-registry-kafkasql:${versionOf('apicurio-registry-app')}`)
  })

  it('mounts files that are there and volumes that it declares', () => {
    const volumes = Object.keys(asObject(asObject(file)['volumes']))
    const used = Object.values(services).flatMap((service) => asList(at(service, 'volumes')))
    const sources = used.map((mount) => String(mount).split(':')[0] ?? '')
    for (const source of sources.filter((one) => one.startsWith('.'))) {
      expect({ source, exists: existsSync(pathOf(join(FOLDER, source))) })
        .toEqual({ source, exists: true })
    }
    const named = new Set(sources.filter((one) => !one.startsWith('.')))
    expect([...named].toSorted()).toEqual(volumes.toSorted())
  })

  it('can tell of everything that others wait for whether it is healthy', () => {
    for (const service of Object.values(services)) {
      const waits = Object.entries(asObject(at(service, 'depends_on')))
      for (const [name, wait] of waits) {
        if (at(wait, 'condition') !== 'service_healthy') continue
        expect(at(services[name], 'healthcheck', 'test')).toBeDefined()
      }
    }
  })

  it('names every image by a tag', () => {
    for (const service of Object.values(services)) {
      expect(String(at(service, 'image'))).toMatch(/:[\w.-]*\d[\w.-]*\}?$/)
    }
  })

  it('holds no secret', () => {
    const texts = Object.values(services)
      .flatMap((service) => Object.values(asObject(at(service, 'environment'))))
    for (const text of texts) expect(String(text)).not.toMatch(/:\/\/[^/]*@/)
  })

  it('gives Grafana every data source that its dashboards ask for', () => {
    const sources = asList(at(readYaml(`${FOLDER}/grafana/datasources/wabastream.yaml`),
      'datasources')).map((source) => at(source, 'type'))
    const dashboards = globSync('deploy/grafana/dashboards/*.json', { cwd: pathOf('.') })
    const wanted = dashboards
      .flatMap((dashboard) => asList(at(JSON.parse(readText(dashboard)), 'templating', 'list')))
      .filter((variable) => at(variable, 'type') === 'datasource')
      .map((variable) => at(variable, 'query'))
    expect(wanted.length).toBeGreaterThan(0)
    expect(sources).toEqual(expect.arrayContaining(wanted))
  })
})

describe('the secrets', () => {
  it('are made once and stay', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-secrets-'))
    const make = (): Promise<string> =>
      runOrThrow(process.execPath, [pathOf(`${FOLDER}/make-secrets.mjs`), directory])
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8')
    for (const folder of ['wabastream', 'clickhouse', 'grafana']) {
      await mkdir(join(directory, folder))
    }
    expect(await make()).toContain('made wabastream/app-secret')
    const [secret, password] = [await read('wabastream/app-secret'), await read('clickhouse/password')]
    expect(secret.length).toBeGreaterThan(24)
    expect(await read('wabastream/clickhouse-url'))
      .toBe(`http://wabastream:${password}@clickhouse:8123`)
    expect(await make()).toBe('')
    expect(await read('wabastream/app-secret')).toBe(secret)
    await rm(directory, { recursive: true })
  })
})
