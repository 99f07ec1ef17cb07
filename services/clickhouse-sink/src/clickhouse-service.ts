import {
  createClickHouse,
  createClickHouseSink,
  readViewsGeneration,
  replicationOf,
  type TableName,
  tableNames,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { configSchema, type SinkConfig } from './config.ts'
import { createHeadlessCounter } from './headless-counter.ts'
import { watchLiveGeneration } from './live-generation.ts'
import { startComparing } from './reconciliation/start-comparing.ts'
import { type SinkServiceDefinition } from '@wabastream/sink-service'
import { startRollingUp } from './rolling-up.ts'
import { assertTables } from './start-checks.ts'

const promptTables: ReadonlySet<TableName> = new Set(['message_timeline', 'status_transitions'])

/** Writes the topics of a generation to its tables, and checks whether everything got there. */
export const clickhouseService: SinkServiceDefinition<'clickhouse-sink', SinkConfig, TableName> = {
  service: 'clickhouse-sink',
  schema: configSchema,
  tables: tableNames,
  // What became of a message, and when, is asked for at once. The other tables log how it came to
  // that: to write them as often would be most of the inserts.
  patientTables: tableNames.filter((table) => !promptTables.has(table)),
  open({ config, logger, registry, metrics }) {
    const { generation, expiryDays } = config
    const client = createClickHouse({
      url: config.clickhouseUrl,
      replication: replicationOf(config),
    })
    return {
      sink: createClickHouseSink({
        client,
        expiryDays,
        database: databaseName(generation),
        onResolved: createHeadlessCounter(registry),
      }),
      requirement: {
        what: 'clickhouse tables',
        check: () => assertTables(client, generation, metrics),
      },
      accompany(running) {
        const reconciler = startComparing({ ...running, client, config, logger, registry })
        const rollingUp = startRollingUp({
          ...running,
          client,
          generation,
          logger,
          registry,
          intervalMs: config.rollupIntervalMs,
        })
        const live = watchLiveGeneration({
          registry,
          generation,
          readLive: () => readViewsGeneration(client),
        })
        return {
          async stop() {
            live.stop()
            await Promise.all([reconciler.stop(), rollingUp.stop()])
          },
        }
      },
      close: () => client.close(),
    }
  },
}
