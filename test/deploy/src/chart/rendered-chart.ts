import { parseAllDocuments } from 'yaml'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { pathOf } from '../tools/repository.ts'
import { toolPath } from '../tools/install-tools.ts'
import { runOrThrow } from '../tools/run-command.ts'
import { KUBERNETES_VERSION } from '../tools/versions.ts'

const CHART = pathOf('deploy/helm/wabastream')
export const RELEASE = 'wabastream'

/** Files of values as people would give them, then single ones. */
export interface ChartValues {
  readonly size?: 'small' | 'medium' | 'large'
  readonly set?: readonly string[]
  /** Another name than the usual. */
  readonly release?: string
}

/** Everything that can be switched on beside each other. */
export const everything: readonly string[] = [
  'monitoring.enabled=true',
  'keda.enabled=true',
  'strimziTopics.enabled=true',
  'strimziTopics.namespace=kafka',
  'ingress.enabled=true',
  'gateway.enabled=true',
  'ingestor.spool.enabled=true',
  'ingestor.tls.secretName=wabastream-tls',
  'clickhouse.urlSecret.name=wabastream-clickhouse',
  'priorityClassName=important',
  'kafka.tls.enabled=true',
  'kafka.tls.caSecretName=kafka-cluster-ca-cert',
  'kafka.sasl.mechanism=scram-sha-512',
  'canary.enabled=true',
  'canary.caSecretName=authority',
  'watch.numbers.configMapName=numbers',
  'watch.numbers.secretName=number-secrets',
  'kafka.tls.clientCertificates=true',
  'canary.url=https://webhooks.example.com/webhooks/canary',
  'forwarder.enabled=true',
  'forwarder.destinations.list[0].name=crm',
  'forwarder.destinations.list[0].url=https://crm.example.com/hooks',
  'forwarder.destinations.list[0].signature.file=/etc/wabastream/destination-secrets/crm-key',
  'forwarder.destinations.secretName=wabastream-destinations',
  'readReceipts.enabled=true',
  'readReceipts.channels[0].name=main',
  'readReceipts.channels[0].policy=on_receipt',
  'readReceipts.numbers.list[0].alias=main',
  'readReceipts.numbers.list[0].provider=cloud',
  'readReceipts.numbers.list[0].id=n106540352242922',
  'readReceipts.numbers.list[0].credential.file=/etc/wabastream/number-secrets/main',
  'readReceipts.numbers.list[0].webhook.url=https://webhooks.example.com/webhooks/main',
  'readReceipts.numbers.list[0].webhook.verifyToken.file=/etc/wabastream/number-secrets/verify',
  'readReceipts.numbers.secretName=wabastream-numbers',
  'image.pullSecrets[0].name=registry',
  'ingestor.spool.storageClassName=fast',
  'processor.state.storageClassName=fast',
  'monitoring.labels.release=prometheus',
  'authorities.configMapName=authorities',
]

/** Numbers whose keys lie in Secrets, one of them in another namespace. */
export const keysInSecrets: readonly string[] = [
  'watch.enabled=true',
  'readReceipts.enabled=true',
  'readReceipts.channels[0].name=main',
  'readReceipts.channels[0].policy=on_reply',
  'numbers.list[0].alias=desk',
  'numbers.list[0].provider=360dialog',
  'numbers.list[0].id=n206540352242900',
  'numbers.list[0].credential.kubernetesSecret.name=desk-key',
  'numbers.list[0].credential.kubernetesSecret.key=api-key',
  'numbers.list[0].webhook.url=https://webhooks.example.com:9443/webhooks/desk',
  'numbers.list[0].webhook.verifyToken.file=/etc/wabastream/number-secrets/verify',
  'numbers.list[1].alias=far',
  'numbers.list[1].provider=onprem',
  'numbers.list[1].id=n4915187654321',
  'numbers.list[1].api=https://waweb.internal:9090',
  'numbers.list[1].credential.kubernetesSecret.name=far-key',
  'numbers.list[1].credential.kubernetesSecret.key=api-key',
  'numbers.list[1].credential.kubernetesSecret.namespace=kafka',
  'numbers.list[1].webhook.url=https://webhooks.example.com/webhooks/far',
  'numbers.secretName=number-secrets',
]

/** What is looked at from all sides, by name. */
export const installations: readonly (readonly [string, ChartValues])[] = [
  ['defaults', {}],
  ['small', { size: 'small' }],
  ['medium', { size: 'medium' }],
  ['large', { size: 'large' }],
  ['everything on', { size: 'large', set: everything }],
  ['keys in Secrets', { size: 'small', set: keysInSecrets }],
]

export const RUNBOOKS = 'https://git.example.com/wabastream/docs/runbooks/'

export function valueArgs({ size, set = [] }: ChartValues): readonly string[] {
  return [
    ...(size === undefined ? [] : ['-f', `${CHART}/values-${size}.yaml`]),
    // What has no default, for only its owner knows it.
    '--set',
    `monitoring.runbookBaseUrl=${RUNBOOKS}`,
    ...set.flatMap((value) => ['--set', value]),
  ]
}

export function renderText(values: ChartValues): Promise<string> {
  return runOrThrow(toolPath('helm'), [
    'template',
    values.release ?? RELEASE,
    CHART,
    '--namespace',
    RELEASE,
    '--kube-version',
    KUBERNETES_VERSION,
    ...valueArgs(values),
  ])
}

export function lintChart(values: ChartValues): Promise<string> {
  return runOrThrow(toolPath('helm'), ['lint', '--strict', CHART, ...valueArgs(values)])
}

export async function render(values: ChartValues): Promise<readonly Json[]> {
  const documents = parseAllDocuments(await renderText(values))
  return Array.from(documents, (document) => asObject(document.toJS())).filter(
    (resource) => resource['kind'] !== undefined,
  )
}

export function find(resources: readonly Json[], kind: string, name: string): Json | undefined {
  return resources.find(
    (resource) =>
      resource['kind'] === kind && at(resource, 'metadata', 'name') === `${RELEASE}${name}`,
  )
}

export function variablesOf(
  resources: readonly Json[],
  component: string,
): ReadonlyMap<string, string> {
  const workload = workloadsOf(resources).find((one) => one.component === component)
  return workload?.environment ?? new Map<string, string>()
}

export interface Workload {
  readonly component: string
  readonly resource: Json
  readonly pod: Json
  readonly container: Json
  readonly environment: ReadonlyMap<string, string>
}

/** Everything that runs pods. */
export function workloadsOf(resources: readonly Json[]): readonly Workload[] {
  return resources.flatMap((resource) => {
    const isPod = resource['kind'] === 'Pod'
    const template = asObject(isPod ? resource : at(resource, 'spec', 'template'))
    const pod = asObject(template['spec'])
    if (pod['containers'] === undefined) return []
    const container = asObject(at(pod, 'containers', 0))
    const variables = asList(container['env']).map(
      (variable) => [String(at(variable, 'name')), String(at(variable, 'value'))] as const,
    )
    return [
      {
        component: String(at(template, 'metadata', 'labels', 'app.kubernetes.io/component')),
        resource,
        pod,
        container,
        environment: new Map(variables),
      },
    ]
  })
}
