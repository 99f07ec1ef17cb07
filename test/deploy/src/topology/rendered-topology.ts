// The parts of the pipeline that files of deploy/ and docs/ repeat, as text, which
// `write-topology.ts` puts there.
import {
  companions,
  type KafkaRight,
  type KafkaUser,
  operator,
  pipelineStages,
  pipelineTopics,
  programs,
  serviceNames,
  serviceUsers,
  type Stage,
  type Topic,
} from '@wabastream/contracts'

/** Admin port of the image, of which a container has one process. */
const CONTAINER_ADMIN_PORT = 9400
const NOTICE =
  '# Written by `npm run generate` from packages/contracts/src/topology.ts. Do not edit.\n'
/** Kafka takes leave to do these as leave to describe, too. */
const DESCRIBING = new Set(['Read', 'Write', 'Delete', 'Alter'])

/**
 * `deploy/compose/targets/wabastream.yaml`. Companions run on demand: Prometheus finds them by
 * name, for a target that does not answer is a process that is down.
 */
export function composeTargets(): string {
  const onDemand = new Set<string>(companions.map(({ service }) => service))
  const targets = programs
    .filter(({ service }) => !onDemand.has(service))
    .map(({ service }) => `    - ${service}:${CONTAINER_ADMIN_PORT}\n`)
  return `${NOTICE}- targets:\n${targets.join('')}  labels: { environment: compose }\n`
}

/**
 * The services of `deploy/compose/compose.yaml` that read in a group, except those in the rest of
 * the file.
 */
export function composeReaders(rest: string): string {
  return pipelineStages
    .filter(({ kind, service }) => kind !== 'receiver' && !rest.includes(`\n  ${service}:\n`))
    .map(composeReader)
    .join('\n')
}

function composeReader({ changelog, chartKey, servers, service }: Stage): string {
  const writesRows = servers.includes('clickhouse')
  const volumes = [
    ...(changelog === undefined ? [] : ['state:/var/lib/wabastream']),
    ...(writesRows ? [`${chartKey}-secret:/run/secrets/${chartKey}:ro`] : []),
  ].map((volume) => `"${volume}"`)
  return [
    `  ${service}:`,
    '    <<: *service',
    `    command: ["${service}"]`,
    ...(writesRows
      ? [
          '    environment:',
          '      <<: *derived',
          `      CLICKHOUSE_URL_FILE: /run/secrets/${chartKey}/clickhouse-url`,
        ]
      : ['    environment: *derived']),
    ...(volumes.length === 0 ? [] : [`    volumes: [${volumes.join(', ')}]`]),
    `    depends_on: ${writesRows ? '*preparedWithUsers' : '*prepared'}\n`,
  ].join('\n')
}

/**
 * The readers of the chart's values, with first sizes, except those in the rest of the file: a
 * service that was measured has its own.
 */
export function chartReaders(rest: string): string {
  return pipelineStages
    .filter(({ chartKey, kind }) => kind !== 'receiver' && !rest.includes(`\n${chartKey}:\n`))
    .map(chartReader)
    .join('\n')
}

function chartReader({ changelog, chartKey }: Stage): string {
  const state = changelog === undefined ? [] : ['state:', '  size: 10Gi', '  storageClassName: ""']
  const lines = [
    'replicas: 2',
    'kafkaUser: ""',
    ...state,
    'preStopSeconds: 0',
    'shutdownTimeoutSeconds: 25',
    'resources:',
    '  requests: { cpu: 250m, memory: 512Mi, ephemeral-storage: 64Mi }',
    '  limits: { cpu: "2", memory: 1Gi, ephemeral-storage: 256Mi }',
    'environment: {}',
    'podLabels: {}',
    'podAnnotations: {}',
    'nodeSelector: {}',
    'tolerations: []',
  ]
  return `${chartKey}:\n${lines.map((line) => `  ${line}\n`).join('')}`
}

/** The schema of the chart's values: each reader has its part. */
export function chartValuesSchema(text: string): string {
  const schema: { readonly properties: Readonly<Record<string, unknown>> } = JSON.parse(text)
  const readers = pipelineStages
    .filter(({ kind }) => kind !== 'receiver')
    .map(({ changelog, chartKey }) => {
      const definition = changelog === undefined ? 'reader' : 'readerWithState'
      return [chartKey, { $ref: `#/definitions/${definition}` }]
    })
  const properties = { ...schema.properties, ...Object.fromEntries(readers) }
  return `${JSON.stringify({ ...schema, properties }, null, 2)}\n`
}

/** The example of targets for processes on hosts of their own. */
export function exampleTargets(): string {
  const targets = programs.map(({ adminPort, service }) => `${service}:${adminPort}`)
  return [
    '```yaml',
    '# deploy/prometheus/targets/wabastream.yaml',
    `- targets: [${targets.join(', ')}]`,
    '  labels: { environment: production }',
    '```\n',
  ].join('\n')
}

/** The file from which the chart's templates read what there is. */
export function chartTopology(): string {
  return [
    NOTICE,
    'services:\n',
    ...pipelineStages.map(chartService),
    'topics:\n',
    ...pipelineTopics.map(chartTopic),
  ].join('')
}

function chartService({ changelog, chartKey, kind, servers, service }: Stage): string {
  // Tokens for Kafka come from elsewhere; traces go to a collector.
  const reaches = servers.flatMap((server) => (server === 'kafka' ? ['kafka', 'tokens'] : [server]))
  return (
    `  - name: ${service}\n    kind: ${kind}\n    values: ${chartKey}\n` +
    `    workload: ${changelog === undefined ? 'Deployment' : 'StatefulSet'}\n` +
    `    reaches: [${[...reaches, 'collector'].join(', ')}]\n`
  )
}

function chartTopic({ base, isCompacted, isPerGeneration }: Topic): string {
  return (
    `  - base: ${base}\n    isPerGeneration: ${isPerGeneration}\n` +
    `    isCompacted: ${isCompacted}\n`
  )
}

/** A KafkaUser of Strimzi for each service, and one for people and the chart's jobs. */
export function strimziUsers(): string {
  const people = { ...operator, name: 'prepare' }
  return [...serviceUsers, people].map(strimziUser).join('---\n')
}

function strimziUser({ name, purpose, rights }: KafkaUser): string {
  const acls = rights.map(
    (right) =>
      `      - resource: { ${describeResource(right)} }\n` +
      `        operations: [${right.operations.join(', ')}]\n`,
  )
  return `# ${toSentence(purpose)}
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: wabastream-${name}
  namespace: kafka
  labels: { strimzi.io/cluster: kafka }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
${acls.join('')}`
}

function describeResource({ isPrefix, name, resource }: KafkaRight): string {
  return [
    `type: ${resource}`,
    ...(name === '' ? [] : [`name: ${name}`]),
    ...(isPrefix ? ['patternType: prefix'] : []),
  ].join(', ')
}

/** The same rights as commands of Kafka's own tool. */
export function aclCommands(): string {
  return [
    '```sh',
    'acl() { kafka-acls.sh --bootstrap-server "$KAFKA" --command-config admin.properties --add "$@"; }',
    ...[...serviceUsers, operator].flatMap(({ name, purpose, rights }) => [
      '',
      `# ${toSentence(purpose)}`,
      ...commandsOf(name, rights),
    ]),
    '```\n',
  ].join('\n')
}

/** One command for all resources with the same rights. */
function commandsOf(user: string, rights: readonly KafkaRight[]): readonly string[] {
  const groups = Map.groupBy(rights, (right) =>
    [...operationsOf(right).map((operation) => `--operation ${operation}`), right.isPrefix].join(
      ' ',
    ),
  )
  return [...groups.values()].map((same) =>
    [
      `acl --allow-principal User:${user}`,
      ...(same[0] === undefined ? [] : operationsOf(same[0])).map(
        (operation) => `--operation ${operation}`,
      ),
      ...same.map(optionOf),
      ...(same[0]?.isPrefix === true ? ['--resource-pattern-type prefixed'] : []),
    ].join(' '),
  )
}

/** Without operations that others imply. */
function operationsOf({ operations }: KafkaRight): readonly string[] {
  const isImplied = operations.some((operation) => DESCRIBING.has(operation))
  return operations.filter((operation) => operation !== 'Describe' || !isImplied)
}

function optionOf({ name, resource }: KafkaRight): string {
  switch (resource) {
    case 'topic':
    case 'group':
      return `--${resource} ${name}`
    case 'transactionalId':
      return `--transactional-id ${name}`
    case 'cluster':
      return '--cluster'
  }
}

/**
 * Services that are gone, services that others of their environment lack, and all, if nothing was
 * ever seen.
 */
export function absentServicesExpression(): string {
  const group = `process_start_time_seconds{\n          ${selectorOf(serviceNames)}}`
  const missing = serviceNames.map(
    (service) =>
      `          or label_replace(group by (environment) (${group})\n` +
      `          unless group by (environment) (process_start_time_seconds{service="${service}"}),\n` +
      `          "service", "${service}", "", "")\n`,
  )
  return (
    '        expr: >-\n' +
    '          group by (environment, service) (present_over_time(process_start_time_seconds{\n' +
    `          ${selectorOf(programs.map(({ service }) => service))}}[1d]))\n` +
    '          unless group by (environment, service) (process_start_time_seconds)\n' +
    missing.join('') +
    `          or label_replace(absent(${group}), "service", "wabastream", "", "")\n`
  )
}

export function restartLoopExpression(): string {
  return (
    '        expr: >-\n' +
    '          max by (environment, service, instance) (changes(process_start_time_seconds{\n' +
    `          ${selectorOf(programs.map(({ service }) => service))}}[30m])) > 3\n`
  )
}

function selectorOf(services: readonly string[]): string {
  return `service=~"${services.join('|')}"`
}

function toSentence(purpose: string): string {
  return `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}.`
}
