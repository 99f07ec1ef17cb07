import { serviceKeys } from './render-size.ts'
import { type ServiceSize, type Sizing } from './sizing.ts'

/** From this rate on, services are scaled by their load instead of by hand. */
const SCALED_FROM = 500

/** Values of the Helm chart for a size: what differs from one load to another, and nothing else. */
export function renderValues(sizing: Sizing): string {
  const { disk, load, partitions, retentionDays, services, webhooksPerSecond } = sizing
  const isScaled = webhooksPerSecond >= SCALED_FROM
  const consumersMax = Math.max(
    services.decoder.replicasMax,
    services.processor.replicasMax,
    services.sink.replicasMax,
  )
  const extras = {
    ingestor: [
      '  autoscaling:',
      `    enabled: ${isScaled}`,
      `    replicasMax: ${services.ingestor.replicasMax}`,
    ],
    decoder: [],
    processor: ['  state:', `    size: ${disk.statePerReplicaGib}Gi`],
    sink: [],
  }
  return [
    '# Written by',
    `# wabastream size --outgoing ${load.outgoing} --reply-rate ${load.replyRate} --values`,
    `# for ${Math.round(webhooksPerSecond)} webhooks a second at the peak.`,
    `partitions: ${partitions}`,
    `retentionDays: ${retentionDays}`,
    ...serviceKeys.flatMap((key) => [`${key}:`, ...renderService(services[key]), ...extras[key]]),
    'keda:',
    `  enabled: ${isScaled}`,
    `  replicasMax: ${consumersMax}`,
    'monitoring:',
    '  enabled: true',
  ].join('\n')
}

function renderService(size: ServiceSize): readonly string[] {
  return [
    `  replicas: ${size.replicas}`,
    '  resources:',
    `    requests: { cpu: ${size.cpuMillicores}m, memory: ${size.memoryRequestMib}Mi }`,
    `    limits: { cpu: "2", memory: ${size.memoryLimitMib}Mi }`,
  ]
}
