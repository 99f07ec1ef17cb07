import { createClickHouse, replicationOf } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { readNumbersFile } from '@wabastream/provider'
import {
  type RunningService,
  runService,
  type ServiceContext,
  toHealth,
} from '@wabastream/service-host'
import { startCanary } from './canary/start-canary.ts'
import { configSchema, type WatchConfig } from './config.ts'
import { startDetections } from './detections/start-detections.ts'
import { startNumberWatch } from './numbers/start-number-watch.ts'

await runService({
  service: 'watch',
  schema: configSchema,
  checkFiles(env) {
    if (env['NUMBERS_FILE']) readNumbersFile(env['NUMBERS_FILE'], env)
  },
  start,
})

/** Three clocks that know nothing of each other; each runs where it has its settings. */
async function start(service: ServiceContext<WatchConfig>): Promise<RunningService> {
  const { config, env, logger, registry, signal } = service
  const { canarySecretFile, canaryUrl, numbersFile } = config
  const numbers = numbersFile === undefined ? [] : readNumbersFile(numbersFile, env)
  const clickhouse = createClickHouse({
    url: config.clickhouseUrl,
    replication: replicationOf(config),
  })
  const database = databaseName(config.generation)
  const clocks: Promise<void>[] = []
  if (canaryUrl !== undefined && canarySecretFile !== undefined) {
    const settings = {
      url: canaryUrl,
      secretFile: canarySecretFile,
      caFile: config.canaryCaFile,
      intervalMs: config.canaryIntervalMs,
      timeoutMs: config.canaryTimeoutMs,
      pollMs: config.canaryPollMs,
    }
    const tools = { clickhouse, database, logger, registry }
    clocks.push((await startCanary(settings, tools, signal)).running)
  }
  if (numbers.length > 0) {
    const options = { env, intervalMs: config.numbersIntervalMs, logger, registry }
    clocks.push(startNumberWatch(numbers, options, signal))
  }
  if (config.detections === 'on') {
    const options = {
      clickhouse,
      generation: config.generation,
      hasCanary: canaryUrl !== undefined,
      intervalMs: config.detectionsIntervalMs,
      logger,
      registry,
    }
    clocks.push(startDetections(options, signal))
  }
  return {
    isAlive: () => toHealth([]),
    isReady: () => toHealth([]),
    async stop() {
      await Promise.all(clocks)
      await clickhouse.close()
    },
  }
}
