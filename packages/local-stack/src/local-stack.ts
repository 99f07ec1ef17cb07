import { resolve } from 'node:path'
import { startClickHouseEngine } from './clickhouse-engine.ts'
import { takeDataDirectory } from './data-directory.ts'
import { type GuardedProcess } from './process/guarded-process.ts'
import { PartFailedError } from './process/part-errors.ts'
import { ensureJavaDownloads, type JavaDownloads } from './java-downloads.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import {
  assertPortsFree,
  defaultPorts,
  type FindPort,
  type LocalStackPorts,
  onPorts,
} from './ports.ts'
import { schemaRegistryUrl, startSchemaRegistry } from './schema-registry.ts'

export interface LocalStackOptions {
  /** Everything the three parts keep. A later start with the same folder finds it again. */
  readonly dataDirectory: string
  /** The usual ones by default. Of ports that are found, any may be taken meanwhile. */
  readonly ports?: LocalStackPorts | FindPort
  /** Options for Kafka's JVM; they replace those for a quick start. */
  readonly kafkaJvmOptions?: readonly string[]
  /** One line per step. */
  readonly onProgress: (line: string) => void
  /** Called once when a part ends although nobody stopped it. */
  readonly onPartLost?: (what: string) => void
  /** Ends the start at once; it then rejects with the reason. */
  readonly signal?: AbortSignal
}

/** Where Kafka, the registry and ClickHouse are; an address may hold a password. */
export interface StackAddresses {
  readonly brokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly clickhouseUrl: string
}

export interface LocalStack extends StackAddresses {
  /**
   * Ends the three parts and waits for them, at most 20 s each by default; data stays.
   * May be called again.
   */
  stop(timeoutMs?: number): Promise<void>
}

/**
 * A user who interrupts a start does not want to wait; Kafka finds its log again even after a kill.
 */
const HURRIED_STOP_MS = 500

/**
 * Starts Kafka, the schema registry and ClickHouse, and resolves when all three answer.
 * They outlive Ctrl-C in the terminal, but not this process. Throws, saying what to do, when a port
 * or the folder is taken or a part does not come up; nothing is left running then.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { onProgress, ports = defaultPorts, signal } = options
  const dataDirectory = resolve(options.dataDirectory)
  const downloads = await ensureJavaDownloads(onProgress, signal)
  const directory = await takeDataDirectory(dataDirectory, signal)
  if (typeof ports !== 'function') {
    await assertPortsFree(ports).catch(async (error: unknown) => {
      await directory.release()
      throw error
    })
  }

  const parts: GuardedProcess[] = []
  let isStopping = false
  async function start({ describe, launch }: Part): Promise<LocalStackPorts> {
    const startedAt = performance.now()
    const { part, taken } = await onPorts(ports, async (tried) => ({
      part: await launch(tried),
      taken: tried,
    }))
    parts.push(part)
    await directory.recordParts(parts.map(({ pid }) => pid))
    onProgress(
      `${describe(taken)} is up (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`,
    )
    void part.ended.then((what) => {
      if (!isStopping) options.onPartLost?.(what)
    })
    return taken
  }

  let stopping: Promise<void> | undefined
  async function stopParts(timeoutMs?: number): Promise<void> {
    isStopping = true
    await Promise.all(parts.map((part) => part.stop(timeoutMs)))
    await directory.release()
  }

  onProgress('starting Kafka, the schema registry and ClickHouse')
  const { kafka, schemaRegistry, clickhouse } = partsOf(dataDirectory, downloads, options)
  const starting = [start(kafka), start(schemaRegistry), start(clickhouse)] as const
  await Promise.allSettled(starting)
  try {
    const [ofKafka, ofRegistry, ofClickHouse] = await Promise.all(starting)
    return {
      brokers: [`127.0.0.1:${ofKafka.kafka}`],
      schemaRegistryUrl: schemaRegistryUrl(ofRegistry.schemaRegistry),
      clickhouseUrl: `http://127.0.0.1:${ofClickHouse.clickhouse}`,
      stop: (timeoutMs) => (stopping ??= stopParts(timeoutMs)),
    }
  } catch (error) {
    await stopParts(signal?.aborted === true ? HURRIED_STOP_MS : undefined)
    signal?.throwIfAborted()
    throw withAdvice(error, dataDirectory)
  }
}

interface Part {
  readonly describe: (ports: LocalStackPorts) => string
  readonly launch: (ports: LocalStackPorts) => Promise<GuardedProcess>
}

function partsOf(
  dataDirectory: string,
  downloads: JavaDownloads,
  { kafkaJvmOptions, signal }: LocalStackOptions,
): Readonly<Record<'kafka' | 'schemaRegistry' | 'clickhouse', Part>> {
  return {
    kafka: {
      describe: ({ kafka }) => `Kafka on 127.0.0.1:${kafka}`,
      launch: (ports) =>
        startKafkaBroker({
          libraries: downloads.kafkaLibraries,
          directory: `${dataDirectory}/kafka`,
          ports,
          jvmOptions: kafkaJvmOptions,
          signal,
        }),
    },
    schemaRegistry: {
      describe: ({ schemaRegistry }) => `schema registry on 127.0.0.1:${schemaRegistry}`,
      launch: ({ schemaRegistry: port }) =>
        startSchemaRegistry({
          application: downloads.schemaRegistry,
          directory: `${dataDirectory}/schema-registry`,
          port,
          signal,
        }),
    },
    clickhouse: {
      describe: ({ clickhouse }) => `ClickHouse on 127.0.0.1:${clickhouse}`,
      launch: ({ clickhouse: port }) =>
        startClickHouseEngine({ directory: `${dataDirectory}/clickhouse`, port, signal }),
    },
  }
}

function withAdvice(error: unknown, dataDirectory: string): unknown {
  if (!(error instanceof PartFailedError)) return error
  return new PartFailedError(
    `${error.message.trimEnd()}\nIf it is its files that are damaged, move ` +
      `its folder in ${dataDirectory} away: it is made again, empty.`,
    { cause: error },
  )
}
