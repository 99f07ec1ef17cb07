import { mkdir } from 'node:fs/promises'
import { type Connections, openConnections, registerSchemas } from '@wabastream/connections'
import { PartitionCountError } from '@wabastream/processing'
import {
  registerDiskGauges,
  type RunningService,
  runService,
  type ServiceContext,
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
  context: ServiceContext<Config>,
): Promise<Connections & { readonly partitions: FreePartitions }> {
  const { codec, kafka } = openConnections(definition.service, context)
  await registerSchemas(codec, context)
  const { config, logger, signal } = context
  const { input, changelog, outputs } = topicsOf(definition, config.generation)
  const keyed = [input, changelog, ...outputs]
  const partitions = await untilAvailable({
    what: 'kafka topics',
    attempt: () => readPartitions(kafka.admin, { ...config, keyed }),
    isPermanent: (error) => error instanceof PartitionCountError,
    logger,
    signal,
  })
  if (partitions.raw === undefined) {
    logger.warn('the raw topic cannot be seen: expired state is removed a day late')
  }
  return { codec, kafka, partitions }
}
