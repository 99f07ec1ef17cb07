import { resolve } from 'node:path'
import { startClickHouseEngine } from './clickhouse-engine.ts'
import { takeDataDirectory } from './data-directory.ts'
import { type GuardedProcess, PartFailedError } from './guarded-process.ts'
import { ensureJavaDownloads } from './java-downloads.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { assertPortsFree, defaultPorts, type LocalStackPorts } from './ports.ts'
import { schemaRegistryUrl, startSchemaRegistry } from './schema-registry.ts'

export interface LocalStackOptions {
  /** Everything the three parts keep. A later start with the same folder finds it again. */
  readonly dataDirectory: string
  readonly ports?: LocalStackPorts
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
  async function stopParts(timeoutMs?: number): Promise<void> {
    isStopping = true
    await Promise.all(parts.map((part) => part.stop(timeoutMs)))
    await directory.release()
  }

  onProgress('starting Kafka, the schema registry and ClickHouse')
  const started = await Promise.allSettled([
    start(
      `Kafka on 127.0.0.1:${ports.kafka}`,
      startKafkaBroker({
        libraries: downloads.kafkaLibraries,
        directory: `${dataDirectory}/kafka`,
        ports,
        jvmOptions: options.kafkaJvmOptions,
        signal,
      }),
    ),
    start(
      `schema registry on 127.0.0.1:${ports.schemaRegistry}`,
      startSchemaRegistry({
        application: downloads.schemaRegistry,
        directory: `${dataDirectory}/schema-registry`,
        port: ports.schemaRegistry,
        signal,
      }),
    ),
    start(
      `ClickHouse on 127.0.0.1:${ports.clickhouse}`,
      startClickHouseEngine({
        directory: `${dataDirectory}/clickhouse`,
        port: ports.clickhouse,
        signal,
      }),
    ),
  ])
  const failure = started.find((outcome) => outcome.status === 'rejected')
  if (failure) {
    await stopParts(signal?.aborted === true ? HURRIED_STOP_MS : undefined)
    signal?.throwIfAborted()
    throw withAdvice(failure.reason, dataDirectory)
  }
  return {
    brokers: [`127.0.0.1:${ports.kafka}`],
    schemaRegistryUrl: schemaRegistryUrl(ports.schemaRegistry),
    clickhouseUrl: `http://127.0.0.1:${ports.clickhouse}`,
    stop: (timeoutMs) => (stopping ??= stopParts(timeoutMs)),
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
