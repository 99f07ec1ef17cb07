import { resolve } from 'node:path'
import { startClickHouseEngine } from './clickhouse-engine.ts'
import { takeDataDirectory } from './data-directory.ts'
import { type GuardedProcess } from './guarded-process.ts'
import { ensureJavaDownloads } from './java-downloads.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { assertPortsFree, defaultPorts, type LocalStackPorts } from './ports.ts'
import { schemaRegistryUrl, startSchemaRegistry } from './schema-registry.ts'

export interface LocalStackOptions {
  /** Everything the three parts keep. A later start with the same folder finds it again. */
  readonly dataDirectory: string
  readonly ports?: LocalStackPorts
  /** One line per step. */
  readonly onProgress: (line: string) => void
  /** Called once when a part ends although nobody stopped it. */
  readonly onPartLost?: (what: string) => void
}

export interface LocalStack {
  readonly brokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly clickhouseUrl: string
  /** Ends the three parts and waits for them; data stays. May be called again. */
  stop(): Promise<void>
}

/**
 * Starts Kafka, the schema registry and ClickHouse, and resolves when all three answer.
 * They outlive Ctrl-C in the terminal, but not this process. Throws, saying what to do, when a port
 * or the folder is taken or a part does not come up; nothing is left running then.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { onProgress, ports = defaultPorts } = options
  const dataDirectory = resolve(options.dataDirectory)
  const downloads = await ensureJavaDownloads(onProgress)
  const directory = await takeDataDirectory(dataDirectory)
  await assertPortsFree(ports).catch(async (error: unknown) => {
    await directory.release()
    throw error
  })

  const parts: GuardedProcess[] = []
  let isStopping = false
  async function start(title: string, starting: Promise<GuardedProcess>): Promise<void> {
    const startedAt = performance.now()
    const part = await starting
    parts.push(part)
    await directory.recordParts(parts.map(({ pid }) => pid))
    onProgress(`${title} is up (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
    void part.ended.then((what) => {
      if (!isStopping) options.onPartLost?.(what)
    })
  }

  let stopping: Promise<void> | undefined
  async function stopParts(): Promise<void> {
    isStopping = true
    await Promise.all(parts.map((part) => part.stop()))
    await directory.release()
  }

  onProgress('starting Kafka, the schema registry and ClickHouse')
  const started = await Promise.allSettled([
    start(`Kafka on 127.0.0.1:${ports.kafka}`, startKafkaBroker({
      libraries: downloads.kafkaLibraries, directory: `${dataDirectory}/kafka`, ports,
    })),
    start(`schema registry on 127.0.0.1:${ports.schemaRegistry}`, startSchemaRegistry({
      application: downloads.schemaRegistry,
      directory: `${dataDirectory}/schema-registry`,
      port: ports.schemaRegistry,
    })),
    start(`ClickHouse on 127.0.0.1:${ports.clickhouse}`, startClickHouseEngine({
      directory: `${dataDirectory}/clickhouse`, port: ports.clickhouse,
    })),
  ])
  const failure = started.find((outcome) => outcome.status === 'rejected')
  if (failure) {
    await stopParts()
    throw failure.reason
  }
  return {
    brokers: [`127.0.0.1:${ports.kafka}`],
    schemaRegistryUrl: schemaRegistryUrl(ports.schemaRegistry),
    clickhouseUrl: `http://127.0.0.1:${ports.clickhouse}`,
    stop: () => (stopping ??= stopParts()),
  }
}
