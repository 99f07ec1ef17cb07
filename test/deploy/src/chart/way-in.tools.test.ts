// Goal: webhooks, canary and check reach the ingestor whatever is in front of it, and nobody else
// gets further than necessary.
import { describe, expect, it } from '@jest/globals'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { find, render, workloadsOf } from './rendered-chart.ts'

const HOST = 'https://webhooks.example.com'

async function doctorArgs(...set: readonly string[]): Promise<string> {
  const doctor = workloadsOf(await render({ set })).find(({ component }) => component === 'doctor')
  return asList(doctor?.container['args']).join(' ')
}

describe('the check of `helm test`', () => {
  it('is a pod with the name of its hook, which stays to be read', async () => {
    expect(find(await render({}), 'Pod', '-doctor')).toMatchObject({
      metadata: {
        annotations: {
          'helm.sh/hook': 'test',
          'helm.sh/hook-delete-policy': 'before-hook-creation',
        },
      },
      spec: { restartPolicy: 'Never' },
    })
  })

  it.each([
    ['without a way in', [], 'doctor --ingestor http://wabastream-ingestor'],
    [
      'with its own TLS',
      ['ingestor.tls.secretName=tls'],
      'doctor --ingestor https://wabastream-ingestor',
    ],
    [
      'behind an ingress',
      ['ingress.enabled=true'],
      `doctor --ingestor http://wabastream-ingestor --webhooks ${HOST}`,
    ],
    [
      'behind a gateway',
      ['gateway.enabled=true'],
      `doctor --ingestor http://wabastream-ingestor --webhooks ${HOST}`,
    ],
    [
      'where no pod gets out',
      ['ingress.enabled=true', 'doctor.outside=false'],
      'doctor --ingestor http://wabastream-ingestor',
    ],
  ])('goes where an ingestor %s answers', async (_, set, args) => {
    expect(await doctorArgs(...set)).toBe(args)
  })
})

describe('the way in', () => {
  it('takes bodies of the size that the ingestor takes', async () => {
    const ingress = find(await render({ set: ['ingress.enabled=true'] }), 'Ingress', '-ingestor')
    expect(at(ingress, 'metadata', 'annotations')).toEqual({
      'nginx.ingress.kubernetes.io/proxy-body-size': '4m',
    })
  })

  it('speaks TLS to an ingestor that does', async () => {
    const set = ['ingress.enabled=true', 'gateway.enabled=true', 'ingestor.tls.secretName=tls']
    const resources = await render({ set: [...set, 'gateway.backendCaConfigMap=authority'] })
    expect(at(find(resources, 'Ingress', '-ingestor'), 'metadata', 'annotations')).toMatchObject({
      'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS',
    })
    expect(find(resources, 'BackendTLSPolicy', '-ingestor')).toMatchObject({
      spec: {
        targetRefs: [{ kind: 'Service', name: 'wabastream-ingestor' }],
        validation: {
          hostname: 'webhooks.example.com',
          caCertificateRefs: [{ name: 'authority' }],
        },
      },
    })
    const plain = await render({ set: ['gateway.enabled=true'] })
    expect(find(plain, 'BackendTLSPolicy', '-ingestor')).toBeUndefined()
  })

  it('may have a host with a wildcard', async () => {
    const set = ['ingress.enabled=true', 'ingress.host=*.example.com']
    expect(
      at(find(await render({ set }), 'Ingress', '-ingestor'), 'spec', 'rules', 0, 'host'),
    ).toBe('*.example.com')
  })
})

function componentsIn(peers: unknown): readonly unknown[] {
  return asList(peers).flatMap((peer) => {
    const labels = asObject(at(peer, 'podSelector', 'matchLabels'))
    return labels['app.kubernetes.io/component'] ?? []
  })
}

const portsOf = (policy: Json | undefined) =>
  asList(at(policy, 'spec', 'egress')).flatMap((rule) =>
    asList(at(rule, 'ports')).map((port) => at(port, 'port')),
  )

describe('the policies of the network', () => {
  it('let watch and check in wherever webhooks may come from', async () => {
    const set = ['networkPolicy.webhooksFrom[0].namespaceSelector.matchLabels.name=ingress']
    const webhooks = find(await render({ set }), 'NetworkPolicy', '-webhooks')
    const from = asList(at(webhooks, 'spec', 'ingress', 0, 'from'))
    expect(from).toHaveLength(4)
    expect(componentsIn(from)).toEqual(['watch', 'doctor', 'toolbox'])
    const open = find(await render({}), 'NetworkPolicy', '-webhooks')
    expect(at(open, 'spec', 'ingress', 0, 'from')).toBeUndefined()
  })

  it.each(['watch', 'doctor', 'toolbox'])(
    'let the %s out to ingestor and outside',
    async (name) => {
      const set = [
        'canary.enabled=true',
        `canary.url=${HOST}`,
        'networkPolicy.egress.registry.to[0].namespaceSelector.matchLabels.name=kafka',
      ]
      const policy = find(await render({ set }), 'NetworkPolicy', `-${name}`)
      expect(portsOf(policy)).toEqual(expect.arrayContaining([443, 8443]))
      const last = asList(at(policy, 'spec', 'egress')).at(-1)
      expect(last).toMatchObject({ ports: [{ port: 8080 }] })
      expect(componentsIn(at(last, 'to'))).toEqual(['ingestor'])
    },
  )

  it('let what faces the internet out only to Kafka and a trace collector', async () => {
    const policy = find(await render({}), 'NetworkPolicy', '-ingestor')
    expect(portsOf(policy)).toEqual([9092, 9093, 443, 4318])
  })

  it.each([
    ['brokers', ['kafka.brokers=a:9094\\,b:9196'], 'decoder', [9094, 9196]],
    ['a registry', ['registry.url=https://user@registry.example.com:8444/api'], 'prepare', [8444]],
    [
      'a registry with the usual port of HTTP',
      ['registry.url=http://registry/api'],
      'decoder',
      [80],
    ],
    [
      'ClickHouse',
      ['clickhouse.url=https://clickhouse.example.com:9440'],
      'clickhouse-sink',
      [9440],
    ],
    [
      'a collector',
      ['environment.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4319'],
      'ingestor',
      [4319],
    ],
    [
      'a collector of one service',
      ['decoder.environment.OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4320'],
      'decoder',
      [4320],
    ],
    [
      'a variable of the pod',
      [
        'decoder.extraEnv[0].name=SCHEMA_REGISTRY_URL',
        'decoder.extraEnv[0].value=http://registry:8082',
      ],
      'decoder',
      [8082],
    ],
    [
      'the way in',
      ['canary.enabled=true', 'canary.url=https://webhooks.example.com:9443/webhooks/c'],
      'watch',
      [9443],
    ],
  ])('let pods out to the port that the address of %s names', async (_, set, name, ports) => {
    const policy = find(await render({ set }), 'NetworkPolicy', `-${name}`)
    expect(portsOf(policy)).toEqual(expect.arrayContaining(ports))
  })

  it('let registry, ClickHouse and collector be where HTTPS usually is', async () => {
    const resources = await render({})
    const rules = asList(at(find(resources, 'NetworkPolicy', '-clickhouse-sink'), 'spec', 'egress'))
    const withHttps = rules.filter((rule) =>
      asList(at(rule, 'ports')).some((port) => at(port, 'port') === 443),
    )
    expect(withHttps).toHaveLength(3)
  })

  it('name no port twice', async () => {
    const set = ['registry.url=https://registry.example.com:8080', 'clickhouse.url=https://c']
    for (const policy of await render({ set })) {
      for (const rule of asList(at(policy, 'spec', 'egress'))) {
        const ports = asList(at(rule, 'ports')).map((port) => JSON.stringify(port))
        expect(ports).toEqual([...new Set(ports)])
      }
    }
  })

  it.each([
    ['passwords', [], []],
    [
      'tokens of an authorization server',
      [
        'environment.KAFKA_SASL_MECHANISM=oauthbearer',
        'environment.KAFKA_SASL_TOKEN_URL=https://login.example.com:8843/token',
      ],
      [443, 8843],
    ],
    [
      'tokens of a file',
      [
        'environment.KAFKA_SASL_MECHANISM=oauthbearer',
        'environment.KAFKA_SASL_TOKEN_PATH=/var/run/secrets/token',
      ],
      [],
    ],
    ['AWS IAM', ['environment.KAFKA_SASL_MECHANISM=aws-msk-iam'], [443]],
  ])('let pods fetch %s for Kafka', async (_, set, ports) => {
    const policies = await render({ set: [...set, 'networkPolicy.egress.collector.ports={4318}'] })
    expect(portsOf(find(policies, 'NetworkPolicy', '-ingestor'))).toEqual([
      9092,
      9093,
      ...ports,
      4318,
    ])
  })

  it('take rules of others', async () => {
    const set = ['networkPolicy.extraEgress[0].ports[0].port=8200']
    expect(portsOf(find(await render({ set }), 'NetworkPolicy', '-common'))).toEqual([53, 53, 8200])
  })
})
