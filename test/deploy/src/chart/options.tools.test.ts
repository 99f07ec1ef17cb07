// Goal: each switch of the chart does what it says. Method: rendered by Helm with that switch.
import { existsSync, globSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { pipelineTopics } from '@wabastream/contracts'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { pathOf, readText, readYaml } from '../tools/repository.ts'
import { runOrThrow } from '../tools/run-command.ts'
import { find, render, RUNBOOKS, variablesOf, workloadsOf } from './rendered-chart.ts'

const GIBIBYTE = 2 ** 30

describe('the ingestor', () => {
  it('is a deployment that the autoscaler sizes', async () => {
    const resources = await render({ size: 'large' })
    const deployment = find(resources, 'Deployment', '-ingestor')
    expect(at(deployment, 'spec', 'replicas')).toBeUndefined()
    expect(find(resources, 'HorizontalPodAutoscaler', '-ingestor')).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'wabastream-ingestor' } },
    })
  })

  it('with a spool is a stateful set whose volumes stay, and which nothing scales', async () => {
    const resources = await render({ size: 'large', set: ['ingestor.spool.enabled=true'] })
    expect(find(resources, 'Deployment', '-ingestor')).toBeUndefined()
    expect(find(resources, 'HorizontalPodAutoscaler', '-ingestor')).toBeUndefined()
    const set = find(resources, 'StatefulSet', '-ingestor')
    expect(set).toMatchObject({
      spec: {
        replicas: 3,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      },
    })
    const serviceName = String(at(set, 'spec', 'serviceName')).replace(/^wabastream/, '')
    expect(find(resources, 'Service', serviceName)).toMatchObject({ spec: { clusterIP: 'None' } })
  })

  it('fills its spool before the volume is full', async () => {
    const resources = await render({ set: ['ingestor.spool.enabled=true'] })
    const spool = workloadsOf(resources).find(({ component }) => component === 'ingestor')
    const limit = Number(spool?.environment.get('SPOOL_BYTES_MAX'))
    expect(limit).toBeLessThan(2 * GIBIBYTE)
    expect(limit).toBeGreaterThan(1.5 * GIBIBYTE)
    expect(at(spool?.resource, 'spec', 'volumeClaimTemplates', 0, 'spec', 'resources')).toEqual({
      requests: { storage: '2Gi' },
    })
  })

  it('speaks HTTPS with a certificate of its own', async () => {
    const resources = await render({ set: ['ingestor.tls.secretName=cert'] })
    const ingestor = workloadsOf(resources).find(({ component }) => component === 'ingestor')
    expect(ingestor?.environment.get('TLS_CERT_FILE')).toBe('/etc/wabastream/tls/tls.crt')
    expect(at(find(resources, 'Service', '-ingestor'), 'spec', 'ports', 0)).toMatchObject({
      port: 443,
      targetPort: 'webhooks',
      appProtocol: 'https',
    })
  })

  it('reads its channels where they are mounted', async () => {
    const [resources, defaults] = [await render({}), readYaml('deploy/helm/wabastream/values.yaml')]
    const channels = find(resources, 'ConfigMap', '-channels')
    expect(String(at(channels, 'data', 'channels.yaml'))).toContain('name: main')
    const ingestor = workloadsOf(resources).find(({ component }) => component === 'ingestor')
    const mounts = asList(ingestor?.container['volumeMounts']).map((mount) =>
      at(mount, 'mountPath'),
    )
    expect(ingestor?.environment.get('CHANNELS_FILE')).toBe(
      '/etc/wabastream/channels/channels.yaml',
    )
    expect(mounts).toEqual(
      expect.arrayContaining(['/etc/wabastream/channels', '/etc/wabastream/channel-secrets']),
    )
    expect(JSON.stringify(at(defaults, 'channels', 'list'))).toContain(
      '/etc/wabastream/channel-secrets/',
    )
  })
})

describe('consumers', () => {
  it('are not more than partitions, whatever is asked for', async () => {
    const set = ['partitions=4', 'decoder.replicas=9', 'keda.replicasMax=50']
    expect(at(find(await render({ set }), 'Deployment', '-decoder'), 'spec', 'replicas')).toBe(4)
    const scaled = await render({ set: [...set, 'keda.enabled=true'] })
    expect(find(scaled, 'ScaledObject', '-decoder')).toMatchObject({
      spec: { minReplicaCount: 4, maxReplicaCount: 4 },
    })
  })

  it('have limits of scaling that do not cross', async () => {
    const set = [
      'partitions=24',
      'sink.replicas=9',
      'keda.enabled=true',
      'keda.replicasMax=6',
      'ingestor.replicas=9',
      'ingestor.autoscaling.enabled=true',
    ]
    const resources = await render({ set })
    expect(find(resources, 'ScaledObject', '-clickhouse-sink')).toMatchObject({
      spec: { minReplicaCount: 9, maxReplicaCount: 9 },
    })
    expect(find(resources, 'HorizontalPodAutoscaler', '-ingestor')).toMatchObject({
      spec: { minReplicas: 9, maxReplicas: 9 },
    })
  })
})

describe('what is prepared', () => {
  it('is prepared before an install and before an upgrade', async () => {
    expect(find(await render({}), 'Job', '-prepare')).toMatchObject({
      metadata: { annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' } },
    })
  })

  it('may be prepared by another user of ClickHouse than the one that writes rows', async () => {
    const set = ['clickhouse.urlSecret.name=writer', 'clickhouse.migratorSecretName=migrator']
    const pods = workloadsOf(await render({ set }))
    const secretOf = (component: string): unknown => {
      const pod = pods.find((one) => one.component === component)?.pod
      const volume = asList(pod?.['volumes']).find((one) => at(one, 'name') === 'clickhouse')
      return at(volume, 'secret', 'secretName')
    }
    expect([secretOf('prepare'), secretOf('doctor'), secretOf('clickhouse-sink')]).toEqual([
      'migrator',
      'migrator',
      'writer',
    ])
  })

  it('is prepared on every server of a cluster, which the others know of and reach', async () => {
    const [one, two] = ['http://clickhouse-0.db:8123', 'http://clickhouse-1.db:9123']
    const set = [`clickhouse.replicas={${one},${two}}`, 'clickhouse.insertQuorum=2']
    const resources = await render({ set })
    for (const component of ['prepare', 'clickhouse-sink', 'doctor']) {
      const workload = workloadsOf(resources).find((each) => each.component === component)
      expect(workload?.environment.get('CLICKHOUSE_REPLICAS')).toBe(`${one},${two}`)
      expect(workload?.environment.get('CLICKHOUSE_INSERT_QUORUM')).toBe('2')
    }
    expect(JSON.stringify(find(resources, 'NetworkPolicy', '-clickhouse-sink'))).toContain('9123')
    const single = workloadsOf(await render({})).find(({ component }) => component === 'prepare')
    expect(single?.environment.has('CLICKHOUSE_REPLICAS')).toBe(false)
  })

  it('knows the time zones of numbers, and sets none where none are given', async () => {
    const zonesOf = async (set: readonly string[]): Promise<unknown> =>
      workloadsOf(await render({ set }))
        .find(({ component }) => component === 'prepare')
        ?.environment.get('NUMBER_TIME_ZONES')
    const zone = 'numberTimeZones.n106540352242922=America/Sao_Paulo'
    expect(await zonesOf([zone, 'numberTimeZones.n2=UTC'])).toBe(
      'n106540352242922=America/Sao_Paulo,n2=UTC',
    )
    expect(await zonesOf([])).toBeUndefined()
  })

  it('leaves topics to the operator that makes them', async () => {
    const resources = await render({ set: ['strimziTopics.enabled=true'] })
    const job = workloadsOf(resources).find(({ component }) => component === 'prepare')
    expect(job?.container['args']).toContain('--no-topics')
    const topics = resources.filter(({ kind }) => kind === 'KafkaTopic')
    expect(topics).toHaveLength(pipelineTopics.length)
    for (const topic of topics) {
      expect(topic).toMatchObject({
        metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } },
        spec: { replicas: 3 },
      })
    }
  })

  it('gives the operator the topics that the command would make', async () => {
    const set = ['strimziTopics.enabled=true', 'generation=2', 'partitions=12', 'retentionDays=20']
    const rendered = (await render({ set }))
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map((topic) => ({
        topic: at(topic, 'metadata', 'name'),
        partitions: at(topic, 'spec', 'partitions'),
        config: Object.fromEntries(
          Object.entries(asObject(at(topic, 'spec', 'config'))).map(([key, value]) => [
            key,
            String(value),
          ]),
        ),
      }))
    const script = `import { topicSpecs } from '${pathOf('services/cli/src/installation/topics.ts')}'
      console.log(JSON.stringify(topicSpecs({
        generation: 2, partitions: 12, retentionDays: 20, minInsyncReplicas: 2,
      }).map(({ isResizable: _, ...topic }) => topic)))`
    const wanted: unknown = JSON.parse(
      await runOrThrow(process.execPath, ['--input-type=module', '--eval', script]),
    )
    expect(rendered).toEqual(wanted)
  })

  it('lets topics that outlive generations keep the partitions that they have', async () => {
    const set = ['strimziTopics.enabled=true', 'partitions=6', 'strimziTopics.rawPartitions=12']
    const topics = (await render({ set })).filter(({ kind }) => kind === 'KafkaTopic')
    const partitions = topics.map((topic) => [
      String(at(topic, 'metadata', 'name')).replace(/\.v1.*/, ''),
      at(topic, 'spec', 'partitions'),
    ])
    expect(Object.fromEntries(partitions)).toEqual({
      'whatsapp.webhooks.raw': 12,
      'whatsapp.dead-letters': 12,
      'whatsapp.webhooks.decoded': 6,
      'whatsapp.events': 6,
      'whatsapp.timelines': 6,
      'whatsapp.transitions': 6,
      'whatsapp.forwarding': 12,
      'whatsapp.read-receipts': 12,
    })
  })

  it('can be given the address of ClickHouse in place of what the chart says', async () => {
    const set = ['clickhouse.urlSecret.name=secret', 'sink.environment.CLICKHOUSE_URL=http://other']
    const resources = await render({ set })
    const addressOf = (component: string): unknown =>
      Object.fromEntries(
        [...variablesOf(resources, component)].filter(([name]) =>
          name.startsWith('CLICKHOUSE_URL'),
        ),
      )
    expect(addressOf('clickhouse-sink')).toEqual({ CLICKHOUSE_URL: 'http://other' })
    expect(addressOf('prepare')).toEqual({
      CLICKHOUSE_URL_FILE: '/etc/wabastream/clickhouse/url',
    })
  })

  it('refuses a user that makes tables without one that fills them', async () => {
    await expect(render({ set: ['clickhouse.migratorSecretName=migrator'] })).rejects.toThrow(
      'migratorSecretName needs clickhouse.urlSecret.name',
    )
  })

  it('can be given variables by name, in place of what the chart says', async () => {
    const set = ['environment.LOG_LEVEL=debug', 'decoder.environment.LOG_LEVEL=trace']
    const pods = workloadsOf(await render({ set }))
    const valueOf = (component: string, name: string): string | undefined =>
      pods.find((pod) => pod.component === component)?.environment.get(name)
    expect(valueOf('ingestor', 'LOG_LEVEL')).toBe('debug')
    expect(valueOf('decoder', 'LOG_LEVEL')).toBe('trace')
    expect(valueOf('clickhouse-sink', 'LOG_LEVEL')).toBe('debug')
  })
})

describe('the guide', () => {
  it('installs with values that the chart knows, and ClickHouse users by purpose', async () => {
    const guide = readText('docs/deployment.md')
    const command = /helm install wabastream [^`]*?--timeout/.exec(guide)?.[0] ?? ''
    const set = Array.from(command.matchAll(/--set (\S+)/g), ([, option = '']) => option)
    const resources = await render({ size: 'medium', set })
    const secrets = ['prepare', 'clickhouse-sink'].map((component) => {
      const pod = workloadsOf(resources).find((one) => one.component === component)?.pod
      const volume = asList(pod?.['volumes']).find((one) => at(one, 'name') === 'clickhouse')
      return String(at(volume, 'secret', 'secretName'))
    })
    expect(secrets).toEqual(['wabastream-clickhouse-migrator', 'wabastream-clickhouse'])
    for (const secret of secrets) {
      expect(guide).toContain(`kubectl -n wabastream create secret generic ${secret} `)
    }
  })
})

describe('the image', () => {
  it('may have a tag that is longer than a label can be', async () => {
    const tag = `v1.2.3-${'a'.repeat(70)}`
    const resources = await render({ set: [`image.tag=${tag}`] })
    const decoder = find(resources, 'Deployment', '-decoder')
    const template = at(decoder, 'spec', 'template')
    expect(at(template, 'spec', 'containers', 0, 'image')).toBe(`wabastream:${tag}`)
    expect(at(template, 'metadata', 'labels', 'app.kubernetes.io/version')).toBe(tag.slice(0, 63))
  })
})

function runbooksOf(resources: readonly Json[]): readonly string[] {
  const rule = find(resources, 'PrometheusRule', '')
  return asList(at(rule, 'spec', 'groups'))
    .flatMap((group) => asList(at(group, 'rules')))
    .filter((one) => at(one, 'alert') !== undefined)
    .map((alert) => String(at(alert, 'annotations', 'runbook_url')))
}

describe('monitoring', () => {
  it('leads from each alert to an address that a browser opens', async () => {
    const urls = runbooksOf(await render({ size: 'small' }))
    expect(urls.length).toBeGreaterThan(20)
    for (const url of urls) {
      expect(url).toMatch(/^https:/)
      expect(existsSync(pathOf(`docs/runbooks/${url.replace(RUNBOOKS, '')}`))).toBe(true)
    }
  })

  it.each([
    ['nothing', ''],
    ['what was the default', 'docs/runbooks/'],
  ])('names the path of each runbook where the values say %s', async (_, base) => {
    const set = ['monitoring.enabled=true', `monitoring.runbookBaseUrl=${base}`]
    const urls = runbooksOf(await render({ set }))
    expect(urls.length).toBeGreaterThan(20)
    for (const url of urls) {
      expect(url).toMatch(/^docs\/runbooks\//)
      expect(existsSync(pathOf(url))).toBe(true)
    }
  })

  it('takes no address of runbooks that a browser would not open', async () => {
    await expect(render({ set: ['monitoring.runbookBaseUrl=runbooks/'] })).rejects.toThrow(
      'runbookBaseUrl',
    )
  })

  it('holds every alert and recording rule that there is', async () => {
    const rule = find(await render({ size: 'small' }), 'PrometheusRule', '')
    const namesIn = (groups: unknown): readonly string[] =>
      asList(groups)
        .flatMap((group) => asList(at(group, 'rules')))
        .map((one) => String(at(one, 'alert') ?? at(one, 'record')))
    const files = globSync('deploy/prometheus/{alerts,recording}/*.yaml', { cwd: pathOf('.') })
    const wanted = files.flatMap((file) => namesIn(at(readYaml(file), 'groups')))
    expect(wanted.length).toBeGreaterThan(0)
    expect(namesIn(at(rule, 'spec', 'groups')).toSorted()).toEqual(wanted.toSorted())
  })

  it('holds every dashboard, byte for byte', async () => {
    const resources = await render({ size: 'small' })
    const files = globSync('deploy/grafana/dashboards/*.json', { cwd: pathOf('.') })
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const map = find(resources, 'ConfigMap', `-dashboard-${basename(file, '.json')}`)
      expect(asObject(map?.['data'])).toEqual({ [basename(file)]: readText(file) })
    }
  })
})
