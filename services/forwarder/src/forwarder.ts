import { topicNames } from '@wabastream/contracts'
import {
  type Control,
  createControlReader,
  createPoster,
  type Destination,
} from '@wabastream/forwarding'
import {
  repeat,
  type RunningService,
  type ServiceContext,
  toHealth,
} from '@wabastream/service-host'
import { type ForwarderConfig } from './config.ts'
import { type Connections } from './connect.ts'
import { DestinationReader } from './destination-reader.ts'
import { createForwarderMetrics } from './forwarder-metrics.ts'
import { sendLetter } from './letters.ts'
import { createStarts } from './start-of-destination.ts'

/** How long a pause takes to be obeyed. */
const CONTROL_INTERVAL_MS = 2_000

/** Reads the raw topic once for each destination; none of them waits for another. */
export async function startForwarder(
  { config, fail, logger, registry, signal }: ServiceContext<ForwarderConfig>,
  { codec, kafka, letterPartitions }: Connections,
  destinations: readonly Destination[],
): Promise<RunningService> {
  const topics = topicNames(1)
  const readControl = createControlReader(kafka.partitionReader(), topics.forwarding)
  let control: Control = await readControl()
  const producer = kafka.chainedProducer()
  const begin = createStarts({ admin: kafka.admin, producer, readControl, topics, now: Date.now })
  const metrics = createForwarderMetrics(registry, () => readers.map((one) => one.state()))
  const readers = destinations.map(
    (destination) =>
      new DestinationReader({
        destination,
        kafka,
        topic: topics.raw,
        poster: createPoster(destination),
        limits: config,
        control: () => control,
        begin,
        giveUp: (given) =>
          sendLetter(given, {
            destination: destination.name,
            codec,
            producer,
            topics,
            partitions: letterPartitions,
            logger,
          }),
        metrics,
        logger,
        fail,
      }),
  )
  for (const one of readers) {
    // None of them waits for another, not even for its group.
    one.start().catch((error: unknown) => {
      if (!signal.aborted) fail(error)
    })
  }
  const obey = async (): Promise<void> => {
    control = await readControl()
    for (const one of readers) one.obey()
  }
  const followed = repeat(obey, {
    everyMs: CONTROL_INTERVAL_MS,
    signal,
    onFailure: (err) => {
      logger.warn({ err }, 'the topic of control is read again')
    },
  })
  return {
    isAlive: () => toHealth(readers.flatMap((one) => one.standstills())),
    isReady: () => toHealth(readers.flatMap((one) => one.problems())),
    async stop() {
      await Promise.all(readers.map((one) => one.stop()))
      await followed
      await kafka.close()
    },
  }
}
