// Goal: the sizes of the chart are the ones that are measured and computed, and fit its schema.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { companions, pipelineStages } from '@wabastream/contracts'
import { Ajv } from 'ajv'
import { at, merged } from '../tools/json.ts'
import { pathOf, readText, readYaml } from '../tools/repository.ts'
import { readVariables } from '../service-variables.ts'
import { runOrThrow } from '../tools/run-command.ts'

const SIZES = ['small', 'medium', 'large']
/** Programs are slow to start on a busy machine. */
const PROGRAMS_TIMEOUT_MS = 120_000
const CHART = 'deploy/helm/wabastream'

const defaults = readYaml(`${CHART}/values.yaml`)
const fits = new Ajv({ allErrors: true }).compile(
  JSON.parse(readText(`${CHART}/values.schema.json`)),
)

function problemsOf(changes: unknown): readonly string[] {
  fits(merged(defaults, changes))
  return (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

describe.each(SIZES)('values-%s.yaml', (size) => {
  const file = `${CHART}/values-${size}.yaml`

  it('is what `wabastream size` prints for the load that it names', async () => {
    const text = readText(file)
    const args = /^# wabastream (size .*)$/m.exec(text)?.[1]?.split(' ') ?? []
    expect(text).toBe(
      await runOrThrow(process.execPath, [pathOf('services/cli/src/main.ts'), ...args]),
    )
  })

  it('fits the schema', () => {
    expect(problemsOf(readYaml(file))).toEqual([])
  })
})

const numberWith = (credential: unknown) => ({
  alias: 'desk',
  provider: '360dialog',
  id: '1',
  credential,
  webhook: { url: 'https://hooks.example.com/webhooks/desk' },
})

describe('the schema of the values', () => {
  it('takes the defaults', () => {
    expect(problemsOf({})).toEqual([])
  })

  it('takes a number with its key in a Secret', () => {
    const kubernetesSecret = { name: 'desk-key', key: 'api-key', namespace: 'keys' }
    expect(problemsOf({ numbers: { list: [numberWith({ kubernetesSecret })] } })).toEqual([])
  })

  it.each([
    [
      'a secret by its value',
      {
        channels: {
          list: [
            {
              name: 'main',
              dialect: 'cloud',
              strategies: { hmac: { secrets: [{ id: 'one', value: 'secret' }] } },
            },
          ],
        },
      },
    ],
    ['a password in an address', { clickhouse: { url: 'http://user:secret@clickhouse:8123' } }],
    ['no partitions', { partitions: 0 }],
    ['a name that nothing reads', { decoder: { replica: 3 } }],
    ['a number where text is needed', { environment: { LOG_LEVEL: 3 } }],
    [
      'a password in the address of a destination',
      { forwarder: { destinations: { list: [{ name: 'crm', url: 'https://u:secret@crm' }] } } },
    ],
    [
      'a secret of a destination by its value',
      {
        forwarder: {
          destinations: { list: [{ name: 'crm', url: 'https://crm', signature: 'whsec_' }] },
        },
      },
    ],
    ['a key of a number by its value', { numbers: { list: [numberWith({ value: 'key' })] } }],
    [
      'a key of a number in two places',
      {
        numbers: {
          list: [numberWith({ file: 'a', kubernetesSecret: { name: 'desk-key', key: 'key' } })],
        },
      },
    ],
    ['a Secret by its path', { numbers: { kubernetesSecrets: ['other/desk-key'] } }],
    ['brokers without a port', { kafka: { brokers: 'kafka' } }],
  ])('refuses %s', (_, changes) => {
    expect(problemsOf(changes)).not.toEqual([])
  })
})

describe('the defaults of the chart', () => {
  const services = [...pipelineStages, ...companions].map(
    ({ chartKey, service }) => [service, chartKey] as const,
  )
  const variables = new Map<string, ReadonlyMap<string, string>>()
  beforeAll(async () => {
    for (const [service] of services) variables.set(service, await readVariables(service))
  }, PROGRAMS_TIMEOUT_MS)

  it.each(services)('give %s the time to stop that it takes', (service, key) => {
    const own = Number(variables.get(service)?.get('SHUTDOWN_TIMEOUT_MS'))
    expect(at(defaults, key, 'shutdownTimeoutSeconds')).toBe(own / 1_000)
  })

  it('are those of the services', () => {
    const decoder = variables.get('decoder')
    expect(String(at(defaults, 'partitions'))).toBe(decoder?.get('PARTITIONS'))
    expect(String(at(defaults, 'generation'))).toBe(decoder?.get('GENERATION'))
    expect(at(defaults, 'logLevel')).toBe(decoder?.get('LOG_LEVEL'))
  })

  it('keep pods away from new connections for longer than the ingestor finishes requests', () => {
    const ingestor = variables.get('ingestor')
    const slowest =
      Number(ingestor?.get('REQUEST_TIMEOUT_MS')) +
      Number(ingestor?.get('ACK_TIMEOUT_MS')) +
      Number(ingestor?.get('DRAIN_DELAY_MS'))
    expect(slowest).toBeLessThan(Number(ingestor?.get('SHUTDOWN_TIMEOUT_MS')))
    expect(at(defaults, 'ingestor', 'preStopSeconds')).toBeGreaterThan(0)
  })
})
