// Goal: the compose file fits the services, the files beside it and the versions that are tested.
import { existsSync, globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { programs } from '@wabastream/contracts'
import { readDestinationFile } from '@wabastream/forwarding'
import { readNumbersFile } from '@wabastream/provider'
import { parse } from 'yaml'
import { asList, asObject, at } from '../tools/json.ts'
import { pathOf, readText, readYaml } from '../tools/repository.ts'
import { readCommandVariables, readVariables } from '../service-variables.ts'
import { runOrThrow } from '../tools/run-command.ts'

const FOLDER = 'deploy/compose'

const file: unknown = parse(readText(`${FOLDER}/compose.yaml`), { merge: true })
const services = asObject(asObject(file)['services'])

/** The names that Prometheus looks up. */
const found = asList(at(readYaml('deploy/prometheus/prometheus.yaml'), 'scrape_configs'))
  .flatMap((job) => asList(at(job, 'dns_sd_configs')))
  .flatMap((lookup) => asList(at(lookup, 'names')))

describe.each(programs.map(({ service }) => service))('the service %s', (name) => {
  const service = services[name]
  const environment = asObject(at(service, 'environment'))

  it('is the image by its name', () => {
    expect(service).toMatchObject({ command: [name], build: { context: '../..' } })
  })

  it('sets what it reads, and all that it needs', async () => {
    const variables = await readVariables(name)
    const given = Object.keys(environment).map((key) =>
      variables.has(key) ? key : key.replace(/_FILE$/, ''),
    )
    expect([...variables.keys()]).toEqual(expect.arrayContaining(given))
    const needed = Array.from(variables).filter(([, fallback]) => fallback === 'required')
    expect(given).toEqual(expect.arrayContaining(needed.map(([key]) => key)))
  })

  it('waits for what is prepared, and has time to stop', () => {
    expect(at(service, 'depends_on', 'prepare', 'condition')).toBe('service_completed_successfully')
    const seconds = Number(/^(\d+)s$/.exec(String(at(service, 'stop_grace_period')))?.[1])
    expect(seconds * 1_000).toBeGreaterThan(Number(environment['SHUTDOWN_TIMEOUT_MS']))
  })

  it('has minimal rights', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
  })

  it('is scraped: by its name where it runs on demand, else as a target', () => {
    const [{ targets } = { targets: [] }] = asList(
      readYaml(`${FOLDER}/targets/wabastream.yaml`),
    ).map(asObject)
    const aliases = asList(at(service, 'networks', 'default', 'aliases'))
    const isOnDemand = at(service, 'profiles') !== undefined
    expect(asList(targets).includes(`${name}:9400`)).toBe(!isOnDemand)
    expect(found.filter((one) => aliases.includes(one))).toHaveLength(isOnDemand ? 1 : 0)
  })
})

describe('the compose file', () => {
  it('prepares with the variables of the command', async () => {
    const given = Object.keys(asObject(at(services['prepare'], 'environment'))).map((key) =>
      key.replace(/_FILE$/, ''),
    )
    expect([...(await readCommandVariables('prepare')).keys()]).toEqual(
      expect.arrayContaining(given),
    )
  })

  it('runs the versions that the tests run', () => {
    const pom = readText('packages/local-stack/pom.xml')
    const versionOf = (artifact: string): string =>
      new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`).exec(pom)?.[1] ?? ''
    expect(at(services['kafka'], 'image')).toContain(`:-apache/kafka:${versionOf('kafka_2\\.13')}}`)
    expect(at(services['registry'], 'image')).toContain(
      `:-apicurio/apicurio-registry-kafkasql:${versionOf('apicurio-registry-app')}}`,
    )
  })

  it('mounts files that are there and volumes that it declares', () => {
    const volumes = Object.keys(asObject(asObject(file)['volumes']))
    const used = Object.values(services).flatMap((service) => asList(at(service, 'volumes')))
    const sources = used.map((mount) => String(mount).split(':')[0] ?? '')
    for (const source of sources.filter((one) => one.startsWith('.'))) {
      expect({ source, exists: existsSync(pathOf(join(FOLDER, source))) }).toEqual({
        source,
        exists: true,
      })
    }
    const named = new Set(sources.filter((one) => !one.startsWith('.')))
    expect([...named].toSorted()).toEqual(volumes.toSorted())
  })

  it('says of everything that others wait for whether it is healthy', () => {
    for (const service of Object.values(services)) {
      const waits = Object.entries(asObject(at(service, 'depends_on')))
      for (const [name, wait] of waits) {
        if (at(wait, 'condition') !== 'service_healthy') continue
        expect(at(services[name], 'healthcheck', 'test')).toBeDefined()
      }
    }
  })

  it('names every image by a tag, for which a variable may name a digest', () => {
    for (const service of Object.values(services)) {
      expect(String(at(service, 'image'))).toMatch(
        /^\$\{[A-Z]+_IMAGE:-[\w./-]+:[\w.-]*\d[\w.-]*\}$/,
      )
    }
  })

  it('holds no secret', () => {
    const texts = Object.values(services).flatMap((service) =>
      Object.values(asObject(at(service, 'environment'))),
    )
    for (const text of texts) expect(String(text)).not.toMatch(/:\/\/[^/]*@/)
  })

  it('gives Grafana every data source that its dashboards ask for', () => {
    const sources = asList(
      at(readYaml(`${FOLDER}/grafana/datasources/wabastream.yaml`), 'datasources'),
    ).map((source) => at(source, 'type'))
    const dashboards = globSync('deploy/grafana/dashboards/*.json', { cwd: pathOf('.') })
    const wanted = dashboards
      .flatMap((dashboard) => asList(at(JSON.parse(readText(dashboard)), 'templating', 'list')))
      .filter((variable) => at(variable, 'type') === 'datasource')
      .map((variable) => at(variable, 'query'))
    expect(wanted.length).toBeGreaterThan(0)
    expect(sources).toEqual(expect.arrayContaining(wanted))
  })

  it('gives the canary a channel, and the secret of that channel', () => {
    const environment = asObject(at(services['watch'], 'environment'))
    const { pathname, port, hostname } = new URL(String(environment['CANARY_URL']))
    expect(asObject(services[hostname])).toMatchObject({ ports: [`${port}:${port}`] })
    const channels = asList(at(readYaml(`${FOLDER}/channels.yaml`), 'channels'))
    const channel = channels.find((one) => `/webhooks/${String(at(one, 'name'))}` === pathname)
    // A copy of it, for the canary alone: the next test but one compares them.
    expect(at(channel, 'strategies', 'hmac', 'secrets', 0, 'file')).toBe(
      '/run/secrets/wabastream/canary-secret',
    )
    expect(environment['CANARY_SECRET_FILE']).toBe('/run/secrets/canary/webhook-secret')
  })
})

describe('the destinations of the forwarder', () => {
  it('are as the service reads them, with the secret that is made', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-destinations-'))
    await runOrThrow(process.execPath, [pathOf(`${FOLDER}/make-secrets.mjs`), directory])
    const text = readText(`${FOLDER}/destinations.yaml`).replaceAll('/run/secrets', directory)
    await writeFile(join(directory, 'destinations.yaml'), text)
    const [destination] = readDestinationFile(join(directory, 'destinations.yaml'), {})
    expect(destination?.signingKey).toHaveLength(32)
    await rm(directory, { recursive: true })
  })
})

describe('the numbers of read receipts', () => {
  it('are as the service reads them, with the secret that is made', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-numbers-'))
    await runOrThrow(process.execPath, [pathOf(`${FOLDER}/make-secrets.mjs`), directory])
    const text = readText(`${FOLDER}/numbers.yaml`).replaceAll('/run/secrets', directory)
    await writeFile(join(directory, 'numbers.yaml'), text)
    const [number] = readNumbersFile(join(directory, 'numbers.yaml'), {})
    expect(number?.credential).toEqual({
      kind: 'file',
      path: join(directory, 'read-receipts', 'main-key'),
    })
    await rm(directory, { recursive: true })
  })
})

describe('the users of ClickHouse', () => {
  const [script] = asList(at(services['users'], 'command')).map(String)
  const sql = readText('deploy/clickhouse/users.sql')
  const passwordFiles = new Map(
    Array.from(script?.matchAll(/--param_(\w+)="\$\$\(cat (\S+)\)"/g) ?? [], ([, name, path]) => [
      name,
      path,
    ]),
  )

  it('are made with a password for each', () => {
    const parameters = Array.from(sql.matchAll(/\{(\w+):String\}/g), ([, name]) => name)
    expect([...passwordFiles.keys()].toSorted()).toEqual(parameters.toSorted())
    expect(asList(at(services['users'], 'volumes'))).toContain(
      '../clickhouse/users.sql:/users.sql:ro',
    )
  })

  it('let Grafana in as support, who reads views, and with no other password', () => {
    const sources = asList(
      at(readYaml(`${FOLDER}/grafana/datasources/wabastream.yaml`), 'datasources'),
    )
    const source = sources.find((one) => at(one, 'uid') === 'wabastream-clickhouse')
    const user = String(at(source, 'jsonData', 'username'))
    expect(sql).toContain(`GRANT wabastream_support_role TO ${user};`)
    const database = String(at(source, 'jsonData', 'defaultDatabase'))
    expect(
      Array.from(sql.matchAll(/GRANT (.*) TO wabastream_support_role;/g), ([, what]) => what),
    ).toEqual([`SELECT, SHOW ON ${database}.*`])
    const asked = globSync('deploy/grafana/dashboards/*.json', { cwd: pathOf('.') })
      .flatMap((path) => Array.from(readText(path).matchAll(/(?:FROM|JOIN) (\w[\w.]*)/g)))
      .map(([, relation]) => relation)
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((relation) => !relation?.startsWith(`${database}.`))).toEqual([])
    expect(at(source, 'secureJsonData', 'password')).toBe(
      `$__file{${passwordFiles.get('analyst') ?? ''}}`,
    )
    expect(
      asList(at(services['grafana'], 'volumes'))
        .map(String)
        .filter((mount) => mount.includes('secret')),
    ).toEqual(['grafana-secret:/run/secrets/grafana:ro'])
    expect(at(services['grafana'], 'depends_on', 'users', 'condition')).toBe(
      'service_completed_successfully',
    )
  })
})

describe('the rights of a service', () => {
  const sql = readText('deploy/clickhouse/users.sql')
  /** Users of ClickHouse by the file with their address. */
  const users = new Map(
    Array.from(
      readText(`${FOLDER}/make-secrets.mjs`).matchAll(
        /ensure\('(\w+\/clickhouse-url)', addressOf\('(\w+)'/g,
      ),
      ([, secret = '', user]) => [`/run/secrets/${secret}`, user],
    ),
  )
  const asking = Object.entries(services).flatMap(([name, service]) => {
    const file = asObject(at(service, 'environment'))['CLICKHOUSE_URL_FILE']
    return typeof file === 'string' ? [[name, users.get(file)]] : []
  })

  it("in ClickHouse are those of a user of its own, and the administrator's for prepare alone", () => {
    expect(asking).toEqual([
      ['prepare', 'wabastream'],
      ['clickhouse-sink', 'wabastream_writer'],
      ['watch', 'wabastream_canary'],
    ])
    expect(sql).toContain('GRANT wabastream_writer_role TO wabastream_writer;')
    expect(sql).toContain('GRANT wabastream_canary_role TO wabastream_canary;')
    expect(sql).not.toMatch(/TO wabastream;/)
  })

  it('to secrets end with its own', () => {
    const mounted = Object.entries(services).map(([name, service]) => [
      name,
      asList(at(service, 'volumes'))
        .map(String)
        .filter((mount) => mount.includes('/run/secrets/'))
        .map((mount) => mount.split(':')[0]),
    ])
    expect(Object.fromEntries(mounted.filter(([, volumes]) => (volumes ?? []).length > 0))).toEqual(
      {
        clickhouse: ['clickhouse-secret'],
        users: ['clickhouse-secret', 'grafana-secret'],
        prepare: ['prepare-secret'],
        ingestor: ['secrets'],
        'clickhouse-sink': ['sink-secret'],
        watch: ['canary-secret'],
        forwarder: ['forwarder-secret'],
        'read-receipts': ['read-receipts-secret'],
        grafana: ['grafana-secret'],
      },
    )
  })

  it('are there before it starts', () => {
    for (const [name] of asking.filter(([service]) => service !== 'prepare')) {
      expect(at(services[String(name)], 'depends_on', 'users', 'condition')).toBe(
        'service_completed_successfully',
      )
    }
  })
})

describe('the secrets', () => {
  it('are made once and stay', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-secrets-'))
    const make = (): Promise<string> =>
      runOrThrow(process.execPath, [pathOf(`${FOLDER}/make-secrets.mjs`), directory])
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8')
    // As an earlier version left it: with the administrator's password, for everybody.
    await mkdir(join(directory, 'wabastream'))
    await writeFile(
      join(directory, 'wabastream/clickhouse-url'),
      'http://wabastream:old@clickhouse',
    )
    expect(await make()).toContain('made wabastream/app-secret')
    const [secret, password] = [
      await read('wabastream/app-secret'),
      await read('clickhouse/password'),
    ]
    expect(secret.length).toBeGreaterThan(24)
    expect(await read('prepare/clickhouse-url')).toBe(
      `http://wabastream:${password}@clickhouse:8123`,
    )
    expect(await read('canary/webhook-secret')).toBe(await read('wabastream/canary-secret'))
    expect(existsSync(join(directory, 'wabastream/clickhouse-url'))).toBe(false)
    const files = Object.values(services)
      .flatMap((service) => [
        ...Object.values(asObject(at(service, 'environment'))),
        ...asList(at(service, 'command')),
      ])
      .flatMap((text) => String(text).match(/(?<=\/run\/secrets\/)[\w/-]+/g) ?? [])
    expect(files).toContain('canary/webhook-secret')
    for (const name of files) expect((await read(name)).length).toBeGreaterThan(24)
    expect(await make()).toBe('')
    expect(await read('wabastream/app-secret')).toBe(secret)
    await rm(directory, { recursive: true })
  })

  it('of the channel of the canary stays the one that it signs with', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-secrets-'))
    const make = (): Promise<string> =>
      runOrThrow(process.execPath, [pathOf(`${FOLDER}/make-secrets.mjs`), directory])
    await make()
    const original = join(directory, 'wabastream/canary-secret')
    await rm(original)
    await writeFile(original, 'one of ours')
    expect(await make()).toContain('copied wabastream/canary-secret to canary/webhook-secret')
    expect(await readFile(join(directory, 'canary/webhook-secret'), 'utf8')).toBe('one of ours')
    await rm(directory, { recursive: true })
  })
})
