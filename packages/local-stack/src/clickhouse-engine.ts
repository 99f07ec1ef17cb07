import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'

const READY_TIMEOUT_MS = 60_000
const PROBE_TIMEOUT_MS = 2000
/** Queries that may run at once; the others wait. Each takes one thread of Node's pool. */
const QUERIES_AT_ONCE_MAX = 12
const mainPath = fileURLToPath(new URL('./engine/main.ts', import.meta.url))

export interface ClickHouseEngineOptions {
  readonly directory: string
  readonly port: number
  /**
   * A server's configuration (XML), of which the engine uses what it knows. Without users in it,
   * everybody may do everything.
   */
  readonly configurationFile?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The embedded ClickHouse engine in a process of its own, which serves ClickHouse's HTTP interface.
 */
export async function startClickHouseEngine(
  options: ClickHouseEngineOptions,
): Promise<GuardedProcess> {
  const { configurationFile, directory, port, signal } = options
  await mkdir(`${directory}/data`, { recursive: true })
  const engine = await startGuardedProcess({
    name: 'clickhouse',
    command: process.execPath,
    args: [
      mainPath,
      `${directory}/data`,
      String(port),
      ...(configurationFile === undefined ? [] : [configurationFile]),
    ],
    environment: { UV_THREADPOOL_SIZE: String(QUERIES_AT_ONCE_MAX), NODE_OPTIONS: '' },
    logFile: `${directory}/clickhouse.log`,
    announcements: [`listening on 127.0.0.1:${port}\n`],
    signal,
  })
  await engine
    .waitUntilReady(() => answersPing(port), READY_TIMEOUT_MS)
    .catch(async (error: unknown) => {
      await engine.stop()
      throw error
    })
  return engine
}

async function answersPing(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/ping`, {
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  })
  return (await response.text()) === 'Ok.\n'
}
