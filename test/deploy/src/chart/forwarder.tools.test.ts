// Goal: the forwarder of the chart gets the destinations that the values name, reaches them and
// nothing more, and is not there unless it is asked for. Method: rendered by Helm; its file is read
// as the service reads it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readDestinationFile } from '@wabastream/forwarding'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { everything, find, render, workloadsOf } from './rendered-chart.ts'

const LIST = 'forwarder.destinations.list'
const KEY = `whsec_${Buffer.alloc(32).toString('base64')}`
const enabled = [
  'forwarder.enabled=true',
  `${LIST}[0].name=crm`,
  `${LIST}[0].url=https://crm.example.com:8443/hooks?a=1\\,2`,
]
const SECRETS = '/etc/wabastream/destination-secrets'

const egressOf = (resources: readonly Json[], component: string): readonly unknown[] =>
  asList(at(find(resources, 'NetworkPolicy', `-${component}`), 'spec', 'egress'))

async function checksumWith(set: readonly string[]): Promise<unknown> {
  const pods = await render({ set: [...enabled, ...set] })
  const annotations = at(
    find(pods, 'Deployment', '-forwarder'),
    'spec',
    'template',
    'metadata',
    'annotations',
  )
  return asObject(annotations)['checksum/destinations']
}

describe('the forwarder', () => {
  it('is not there unless it is asked for', async () => {
    const text = JSON.stringify(await render({ set: ['keda.enabled=true'] }))
    expect(text).not.toMatch(/forwarder|destination/i)
  })

  it('is refused without destinations', async () => {
    await expect(render({ set: ['forwarder.enabled=true'] })).rejects.toThrow('destinations.list')
  })

  it('reads the listed destinations', async () => {
    const given = [
      `${LIST}[0].signature.file=${SECRETS}/key`,
      `${LIST}[0].headers[0].name=Authorization`,
      `${LIST}[0].headers[0].file=${SECRETS}/key`,
      `${LIST}[0].fields={messages}`,
      `${LIST}[0].parallel=4`,
    ]
    const file = find(await render({ set: [...enabled, ...given] }), 'ConfigMap', '-destinations')
    const text = String(at(file, 'data', 'destinations.yaml'))
    const directory = await mkdtemp(join(tmpdir(), 'wabastream-destinations-'))
    await writeFile(join(directory, 'key'), KEY)
    await writeFile(join(directory, 'file.yaml'), text.replaceAll(SECRETS, directory))
    expect(readDestinationFile(join(directory, 'file.yaml'), {})).toEqual([
      expect.objectContaining({
        name: 'crm',
        url: new URL('https://crm.example.com:8443/hooks?a=1,2'),
        parallel: 4,
        headers: ['authorization', KEY],
        fields: new Set(['messages']),
      }),
    ])
    await rm(directory, { recursive: true })
  })

  it('starts again with another list, and only then', async () => {
    const before = await checksumWith([])
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    expect(await checksumWith(['decoder.replicas=3'])).toBe(before)
    expect(await checksumWith([`${LIST}[0].parallel=4`])).not.toBe(before)
  })

  it('takes a ConfigMap of yours instead', async () => {
    const set = ['forwarder.enabled=true', 'forwarder.destinations.configMapName=mine']
    const resources = await render({ set })
    expect(find(resources, 'ConfigMap', '-destinations')).toBeUndefined()
    for (const component of ['forwarder', 'toolbox']) {
      const pod = workloadsOf(resources).find((one) => one.component === component)?.pod
      expect(asList(pod?.['volumes'])).toContainEqual({
        name: 'destinations',
        configMap: { name: 'mine' },
      })
    }
  })

  it('has no generation, and a user of its own in Kafka', async () => {
    const forwarder = workloadsOf(await render({ set: everything })).find(
      ({ component }) => component === 'forwarder',
    )
    expect(forwarder?.environment.has('GENERATION')).toBe(false)
    expect(forwarder?.environment.get('KAFKA_SASL_USERNAME')).toBe('wabastream-forwarder')
  })
})

describe('the policies of the network', () => {
  const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7']

  it.each(['forwarder', 'toolbox'])('let the %s out to public addresses', async (component) => {
    const rule = egressOf(await render({ set: enabled }), component).find((one) =>
      JSON.stringify(one).includes('ipBlock'),
    )
    expect(at(rule, 'ports')).toEqual([443, 8443].map((port) => ({ port, protocol: 'TCP' })))
    const blocks = asList(at(rule, 'to'))
    expect(blocks.map((block) => at(block, 'ipBlock', 'cidr'))).toEqual(['0.0.0.0/0', '::/0'])
    const except = blocks.flatMap((block) => asList(at(block, 'ipBlock', 'except')))
    expect(except).toEqual(expect.arrayContaining(PRIVATE))
  })

  it('let them, and nobody else, out where somebody adds a rule', async () => {
    const label = 'forwarder.extraEgress[0].to[0].podSelector.matchLabels.app=crm'
    const having = (await render({ set: [...enabled, label] }))
      .filter((resource) => JSON.stringify(at(resource, 'spec', 'egress') ?? '').includes('"crm"'))
      .map((resource) => at(resource, 'metadata', 'name'))
    expect(having.toSorted()).toEqual(['wabastream-forwarder', 'wabastream-toolbox'])
  })

  it('let the forwarder out to what it works with, and not to ClickHouse', async () => {
    const ports = egressOf(await render({ set: enabled }), 'forwarder').map((rule) =>
      asList(at(rule, 'ports')).map((port) => at(port, 'port')),
    )
    expect(ports).toEqual([
      [9092, 9093],
      [443, 8080, 8081],
      [443, 4318],
      [443, 8443],
    ])
  })
})
