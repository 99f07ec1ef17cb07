import { mkdir } from 'node:fs/promises'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { PartitionCountError } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  registerDiskGauges,
  type RunningService,
  runService,
  type ServiceContext,
  toKafkaCompression,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { createStatefulLoop } from './create-loop.ts'
import { observeStateful } from './observation/observe-stateful.ts'
import { type FreePartitions, readPartitions } from './start-checks.ts'
import { type StatefulConfig, type StatefulServiceDefinition } from './stateful-service.ts'
import { topicsOf } from './stateful-topics.ts'

/**
 * The whole life of a stateful service: waits for the registry and the topics, takes partitions,
 * folds their records exactly once, and gives the partitions back on a stop. Exits as `runService`
 * does.
 */
export async function runStatefulService<Config extends StatefulConfig, Event, State>(
  definition: StatefulServiceDefinition<Config, Event, State>,
): Promise<void> {
  const { service, schema } = definition
  await runService({ service, schema, start: (context) => start(definition, context) })
}

async function start<Config extends StatefulConfig, Event, State>(
  definition: StatefulServiceDefinition<Config, Event, State>,
  context: ServiceContext<Config>,
): Promise<RunningService> {
  const { config, fail, logger, registry, signal, tracing } = context
  const { component } = definition
  const connected = await connect(definition, context)
  await mkdir(config.stateDir, { recursive: true })
  registerDiskGauges(registry, { prefix: `wa_${component}_state`, directory: config.stateDir })
  const { observer, healthOf } = observeStateful({
    component,
    logger,
    registry,
    timeoutMs: config.livenessTimeoutMs,
    countNote: definition.createNoteCounter?.(registry),
  })
  const { beginTraces } = tracing
  const parts = { definition, config, ...connected, observer, onCrash: fail, beginTraces }
  const loop = createStatefulLoop(parts)
  signal.addEventListener(
    'abort',
    () => {
      void loop.close()
    },
    { once: true },
  )
  await loop.start()
  return {
    ...healthOf(loop),
    async stop() {
      await loop.close()
      await connected.kafka.close()
    },
  }
}

/** Waits for whatever is away. Only a registry or topics that do not fit end the process. */
async function connect<Config extends StatefulConfig>(
  definition: Pick<StatefulServiceDefinition<Config, never, never>, 'service' | 'topics'>,
  { config, logger, registry, signal }: ServiceContext<Config>,
): Promise<{
  readonly codec: AvroCodec
  readonly kafka: KafkaClient
  readonly partitions: FreePartitions
}> {
  const codec = createAvroCodec({ url: config.schemaRegistryUrl })
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers,
    ...toKafkaSecurity(config),
    ...toKafkaCompression(config),
    clientId: definition.service,
    registry,
    onError: (error) => logger.warn({ err: error }, 'kafka failed and is tried again'),
  })
  const wait = { logger, signal }
  await untilAvailable({
    ...wait,
    what: 'schema registry',
    attempt: () => codec.register(),
    isPermanent: isSchemaRefused,
  })
  const { input, changelog, outputs } = topicsOf(definition, config.generation)
  const keyed = [input, changelog, ...outputs]
  const partitions = await untilAvailable({
    ...wait,
    what: 'kafka topics',
    attempt: () => readPartitions(kafka.admin, { ...config, keyed }),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  if (partitions.raw === undefined) {
    logger.warn('the raw topic cannot be seen: expired state is removed a day late')
  }
  return { codec, kafka, partitions }
}
