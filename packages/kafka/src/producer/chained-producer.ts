import { type ChainedProducer, type TopicPartition } from '@wabastream/processing'
import { type LaneSettings, ProducerLane } from './producer-lane.ts'

export interface ChainedProducerOptions {
  /** For one partition; while more bytes wait, a send is rejected at once. */
  readonly waitingBytesMax?: number
  readonly batchRecordsMax?: number
  /** The producer is unhealthy while a send is outstanding for longer than this. */
  readonly outstandingMsMax?: number
}

const WAITING_BYTES_MAX = 64 * 1024 * 1024
const BATCH_RECORDS_MAX = 10_000
const OUTSTANDING_MS_MAX = 2_000

/** One lane per partition: lanes share nothing, so a lane that starts again disturbs no other. */
export function createChainedProducer(
  settings: Omit<LaneSettings, 'waitingBytesMax' | 'batchRecordsMax'>,
  options: ChainedProducerOptions,
): ChainedProducer {
  const lanes = new Map<string, ProducerLane>()
  const outstandingMsMax = options.outstandingMsMax ?? OUTSTANDING_MS_MAX
  const laneSettings: LaneSettings = {
    ...settings,
    waitingBytesMax: options.waitingBytesMax ?? WAITING_BYTES_MAX,
    batchRecordsMax: options.batchRecordsMax ?? BATCH_RECORDS_MAX,
  }
  const laneOf = ({ partition, topic }: TopicPartition): ProducerLane => {
    const key = `${topic}/${partition}`
    const lane = lanes.get(key) ?? new ProducerLane({ topic, partition }, laneSettings)
    lanes.set(key, lane)
    return lane
  }
  return {
    send: async (target, records) => ({ baseOffset: await laneOf(target).send(records) }),
    isHealthy: () => [...lanes.values()].every((lane) => lane.isHealthy(outstandingMsMax)),
    close: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.close()))
    },
  }
}
