// Goal: toolbox, watch and read-receipts have the numbers that the values name, reach their keys
// and providers, and may do no more than that. Method: rendered by Helm; the file is read as the
// programs read it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readNumbersFile } from '@wabastream/provider'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { find, keysInSecrets, render, RELEASE, workloadsOf } from './rendered-chart.ts'

const FILE = '/etc/wabastream/numbers/numbers.yaml'
const SECRETS = '/etc/wabastream/number-secrets'
const ASKING = ['read-receipts', 'toolbox', 'watch']
const inFiles = [
  ...keysInSecrets.filter((one) => !one.includes('kubernetesSecret')),
  `numbers.list[0].credential.file=${SECRETS}/desk`,
  `numbers.list[1].credential.file=${SECRETS}/far`,
]
const policies = keysInSecrets.filter((one) => one.startsWith('readReceipts'))

async function podsWith(set: readonly string[]) {
  const workloads = workloadsOf(await render({ set }))
  return new Map(workloads.map((workload) => [workload.component, workload]))
}

const namesOf = (list: unknown): readonly unknown[] => asList(list).map((one) => at(one, 'name'))
const kindsOf = (resources: readonly Json[], kind: string): readonly Json[] =>
  resources.filter((resource) => resource['kind'] === kind)

/** Where a component may go: ports, and whether it may reach any address there. */
function egressOf(resources: readonly Json[], component: string) {
  const policy = find(resources, 'NetworkPolicy', `-${component}`)
  return asList(at(policy, 'spec', 'egress')).map((rule) => ({
    ports: asList(at(rule, 'ports')).map((port) => at(port, 'port')),
    to: at(rule, 'to'),
  }))
}

describe('the numbers of the values', () => {
  it('are a file that toolbox, watch and read-receipts read', async () => {
    const resources = await render({ set: keysInSecrets })
    const text = String(at(find(resources, 'ConfigMap', '-numbers'), 'data', 'numbers.yaml'))
    const directory = await mkdtemp(join(tmpdir(), 'numbers-'))
    await writeFile(join(directory, 'verify'), 'verify-me')
    await writeFile(join(directory, 'numbers.yaml'), text.replaceAll(SECRETS, directory))
    expect(readNumbersFile(join(directory, 'numbers.yaml'), {})).toMatchObject([
      { alias: 'desk', credential: { kind: 'kubernetes_secret', name: 'desk-key' } },
      { alias: 'far', credential: { namespace: 'kafka' } },
    ])
    await rm(directory, { recursive: true })
    const pods = await podsWith(keysInSecrets)
    for (const component of ASKING) {
      const workload = pods.get(component)
      expect(workload?.environment.get('NUMBERS_FILE')).toBe(FILE)
      expect(asList(workload?.pod['volumes'])).toEqual(
        expect.arrayContaining([
          { name: 'numbers', configMap: { name: 'wabastream-numbers' } },
          {
            name: 'number-secrets',
            secret: expect.objectContaining({ secretName: 'number-secrets' }),
          },
        ]),
      )
    }
  })

  it('are nowhere else, and nowhere unless they are named', async () => {
    const having = async (set: readonly string[]): Promise<readonly string[]> =>
      [...(await podsWith(set))].flatMap(([component, { environment }]) =>
        environment.has('NUMBERS_FILE') ? [component] : [],
      )
    expect((await having(keysInSecrets)).toSorted()).toEqual(ASKING)
    expect(await having(['watch.enabled=true'])).toEqual([])
  })

  it('may be a ConfigMap of yours, whose Secrets are named beside it', async () => {
    const set = [...policies, 'numbers.configMapName=mine', 'numbers.kubernetesSecrets={a,b}']
    const resources = await render({ set })
    expect(find(resources, 'ConfigMap', '-numbers')).toBeUndefined()
    expect(find(resources, 'Role', '-toolbox')).toMatchObject({
      rules: [{ resourceNames: ['a', 'b'] }],
    })
    await expect(render({ set: [...keysInSecrets, 'numbers.configMapName=mine'] })).rejects.toThrow(
      'not from both',
    )
  })

  it('start watch and read-receipts again when they are others', async () => {
    const annotationsWith = async (set: readonly string[]) =>
      kindsOf(await render({ set }), 'Deployment')
        .filter((one) => /-(watch|read-receipts)$/.test(String(at(one, 'metadata', 'name'))))
        .map((one) => at(one, 'spec', 'template', 'metadata', 'annotations'))
    const before = await annotationsWith(keysInSecrets)
    expect(await annotationsWith([...keysInSecrets, 'decoder.replicas=3'])).toEqual(before)
    const after = await annotationsWith([...keysInSecrets, 'numbers.list[0].alias=shop'])
    for (const [position, annotations] of after.entries()) {
      expect(annotations).not.toEqual(before[position])
    }
  })

  it('give way to those of a service, as values of the version before have them', async () => {
    const own = 'readReceipts.numbers'
    const set = [
      ...keysInSecrets,
      'watch.numbers.configMapName=watched',
      `${own}.list[0].alias=own`,
      `${own}.list[0].provider=cloud`,
      `${own}.list[0].id=n1`,
      `${own}.list[0].credential.file=${SECRETS}/own`,
      `${own}.list[0].webhook.url=https://webhooks.example.com/webhooks/main`,
    ]
    const resources = await render({ set })
    const numbers = find(resources, 'ConfigMap', '-read-receipts-numbers')
    expect(String(at(numbers, 'data', 'numbers.yaml'))).toContain('alias: own')
    const pods = await podsWith(set)
    const fileOf = (component: string) =>
      asList(pods.get(component)?.pod['volumes']).find((one) => at(one, 'name') === 'numbers')
    expect(fileOf('watch')).toMatchObject({ configMap: { name: 'watched' } })
    expect(fileOf('read-receipts')).toMatchObject({
      configMap: { name: 'wabastream-read-receipts-numbers' },
    })
    // No key of its own lies in a Secret, so it needs no token.
    expect(pods.get('read-receipts')?.pod['automountServiceAccountToken']).toBe(false)
    expect(namesOf(pods.get('watch')?.pod['volumes'])).not.toContain('number-secrets')
  })

  it('are read with the Secret of a service, where it names one beside the list of all', async () => {
    const own = ['watch.numbers.secretName=watched', 'readReceipts.numbers.secretName=marked']
    const pods = await podsWith([...keysInSecrets, ...own])
    const secretOf = (component: string) =>
      asList(pods.get(component)?.pod['volumes']).find(
        (one) => at(one, 'name') === 'number-secrets',
      )
    expect(secretOf('watch')).toMatchObject({ secret: { secretName: 'watched' } })
    expect(secretOf('read-receipts')).toMatchObject({ secret: { secretName: 'marked' } })
    expect(secretOf('toolbox')).toMatchObject({ secret: { secretName: 'number-secrets' } })
  })

  it('are needed where messages are to be marked', async () => {
    await expect(render({ set: policies })).rejects.toThrow('numbers.list')
  })
})

describe('rights on the Secrets that hold keys', () => {
  it.each([
    ['watch', ['get']],
    ['read-receipts', ['get']],
    ['toolbox', ['get', 'patch']],
  ])('are, for the %s, %j on these alone', async (component, verbs) => {
    const resources = await render({ set: keysInSecrets })
    const account = `${RELEASE}-${component}`
    expect(find(resources, 'ServiceAccount', `-${component}`)).toMatchObject({
      automountServiceAccountToken: false,
    })
    const pod = (await podsWith(keysInSecrets)).get(component)?.pod
    expect(pod).toMatchObject({ serviceAccountName: account, automountServiceAccountToken: true })
    const rule = { apiGroups: [''], resources: ['secrets'], verbs }
    const roles = kindsOf(resources, 'Role').filter(
      (one) => at(one, 'metadata', 'labels', 'app.kubernetes.io/component') === component,
    )
    const granted = roles.map((role) => [
      at(role, 'metadata', 'namespace'),
      at(role, 'metadata', 'name'),
      at(role, 'rules'),
    ])
    expect(granted.toSorted()).toEqual(
      [
        ['kafka', `${RELEASE}-${account}`, [{ ...rule, resourceNames: ['far-key'] }]],
        [undefined, account, [{ ...rule, resourceNames: ['desk-key'] }]],
      ].toSorted(),
    )
    for (const role of roles) {
      const name = at(role, 'metadata', 'name')
      const binding = kindsOf(resources, 'RoleBinding').find(
        (one) => at(one, 'metadata', 'name') === name,
      )
      expect(at(binding, 'metadata', 'namespace')).toBe(at(role, 'metadata', 'namespace'))
      expect(binding).toMatchObject({
        roleRef: { kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: RELEASE }],
      })
    }
  })

  it.each([
    ['keys lie in files', inFiles],
    ['there are no numbers', []],
  ])('are of nobody where %s', async (_, set) => {
    const resources = await render({ set })
    expect([...kindsOf(resources, 'Role'), ...kindsOf(resources, 'RoleBinding')]).toEqual([])
    expect(namesOf(kindsOf(resources, 'ServiceAccount').map((one) => one['metadata']))).toEqual([
      RELEASE,
    ])
    for (const { pod } of (await podsWith(set)).values()) {
      expect(pod['automountServiceAccountToken']).toBe(false)
    }
  })

  it('can be given by others, and to accounts of theirs', async () => {
    const set = [
      ...keysInSecrets,
      'toolbox.serviceAccountName=keeper',
      'watch.serviceAccountName=reader',
    ]
    const resources = await render({ set })
    expect(find(resources, 'ServiceAccount', '-toolbox')).toBeUndefined()
    expect(find(resources, 'RoleBinding', '-toolbox')).toMatchObject({
      subjects: [{ name: 'keeper' }],
    })
    const pods = await podsWith(set)
    expect(pods.get('toolbox')?.pod['serviceAccountName']).toBe('keeper')
    expect(pods.get('watch')?.pod['serviceAccountName']).toBe('reader')
    const without = await render({ set: [...set, 'numbers.createRoles=false'] })
    expect(kindsOf(without, 'Role')).toEqual([])
    expect(find(without, 'ServiceAccount', '-read-receipts')).toBeDefined()
  })

  it.each([
    ['toolbox', 'readReceipts.enabled=false'],
    ['readReceipts', 'toolbox.enabled=false'],
  ])('need a named account of the %s where Kafka knows pods by it', async (key, only) => {
    const token = ['kafka.sasl.mechanism=aws-msk-iam', 'kafka.sasl.awsRegion=eu-west-1']
    const set = [...keysInSecrets, ...token, only]
    await expect(render({ set })).rejects.toThrow(`${key}.serviceAccountName`)
    const named = await podsWith([...set, `${key}.serviceAccountName=known`])
    expect([...named.values()].some(({ pod }) => pod['serviceAccountName'] === 'known')).toBe(true)
  })
})

describe('the way out', () => {
  it.each(ASKING)('leads %s to the API server where it asks it', async (component) => {
    const apiServer = { ports: [443, 6443], to: undefined }
    expect(egressOf(await render({ set: keysInSecrets }), component)).toContainEqual(apiServer)
    expect(egressOf(await render({ set: inFiles }), component)).not.toContainEqual(apiServer)
    const set = [
      ...keysInSecrets,
      'networkPolicy.egress.apiServer.ports={6443}',
      'networkPolicy.egress.apiServer.to[0].ipBlock.cidr=192.0.2.1/32',
    ]
    expect(egressOf(await render({ set }), component)).toContainEqual({
      ports: [6443],
      to: [{ ipBlock: { cidr: '192.0.2.1/32' } }],
    })
  })

  it.each([
    ['watch', [443, 8443, 9443, 9090]],
    ['toolbox', [443, 8443, 9443, 9090]],
    ['read-receipts', [443, 9443, 9090]],
  ])('leads %s to the ports that addresses of numbers name', async (component, ports) => {
    const rules = egressOf(await render({ set: keysInSecrets }), component)
    expect(rules.map((rule) => rule.ports)).toContainEqual(ports)
  })

  it('leads nobody else there', async () => {
    const resources = await render({ set: keysInSecrets })
    const others = kindsOf(resources, 'NetworkPolicy').filter(
      (policy) => !ASKING.some((one) => at(policy, 'metadata', 'name') === `${RELEASE}-${one}`),
    )
    for (const policy of others) expect(JSON.stringify(policy)).not.toMatch(/6443|9443|9090/)
    expect(asObject(others[0])['kind']).toBe('NetworkPolicy')
  })
})
