import { pipelineStages } from '@wabastream/contracts'
import { formatCount } from '../output/format.ts'
import { type Paint } from '../output/terminal.ts'
import { measured, type ServiceKey } from './measured.ts'
import { type Sizing } from './sizing.ts'

/** What was measured, in the order of the flow: its part of the chart's values, and its name. */
const sized = pipelineStages.flatMap(({ chartKey, service }) =>
  isServiceKey(chartKey) ? [{ key: chartKey, service }] : [],
)
export const serviceKeys: readonly ServiceKey[] = sized.map(({ key }) => key)

const GIB_PER_TIB = 1_024

/** Bytes in a unit that leaves at most four digits. */
export function formatGib(gib: number): string {
  return gib < GIB_PER_TIB ? `${gib} GiB` : `${(gib / GIB_PER_TIB).toFixed(1)} TiB`
}

export function renderSize(sizing: Sizing, paint: Paint): string {
  const { load, disk, packing, partitions, retentionDays, webhooksPerSecond } = sizing
  const rows = sized.map(({ key, service }) => {
    const { replicas, replicasMax, cpuMillicores, ...memory } = sizing.services[key]
    return [
      service.padEnd(20),
      `${replicas} – ${replicasMax}`.padStart(8),
      `${cpuMillicores}m`.padStart(8),
      `${memory.memoryRequestMib} / ${memory.memoryLimitMib} MiB`.padStart(18),
    ].join('')
  })
  const line = (what: string, value: string, note = ''): string =>
    `${what.padEnd(24)}${paint.bold(value)}${note === '' ? '' : `  ${paint.dim(note)}`}`
  return [
    line(
      'webhooks',
      `${formatCount(Math.round(webhooksPerSecond))}/s at the peak`,
      `3 × ${load.outgoing} outgoing + ${load.outgoing} × ${load.replyRate} incoming`,
    ),
    line(
      '',
      `${formatCount(Math.round(sizing.webhooksPerDay))} a day`,
      `the mean is ${load.meanShare} of the peak`,
    ),
    '',
    paint.dim(
      `${''.padEnd(20)}${'replicas'.padStart(8)}${'CPU'.padStart(8)}${'memory'.padStart(18)}`,
    ),
    ...rows,
    '',
    line(
      'partitions',
      String(partitions),
      'fixed for a generation; room for three times the instances',
    ),
    line('retention', `${retentionDays} days`, 'of the raw topic and the tables'),
    line(
      'raw topic',
      formatGib(disk.rawTopicGib),
      `all replicas, packed to ${percent(packing.rawShare)} by zstd in batches of ` +
        `${Math.round(packing.rawBatchRecords)}; tiered storage can carry it`,
    ),
    line('derived topics', formatGib(disk.derivedTopicsGib), 'all replicas'),
    line('state', `${formatGib(disk.statePerReplicaGib)} each`, 'volume of a timeline processor'),
    line('ClickHouse', formatGib(disk.clickhouseGib), 'one copy'),
    '',
    paint.dim(
      `From ${measured.services.ingestor.fullBatchUs} µs of CPU a webhook in the ingestor ` +
        `to ${measured.services.processor.fullBatchUs} in the processor, at 60 % of a core, one`,
    ),
    paint.dim('instance to spare. Measure your own bodies with `npm run bench`.'),
  ].join('\n')
}

function isServiceKey(key: string): key is ServiceKey {
  return key in measured.services
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
