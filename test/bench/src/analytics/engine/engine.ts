import { type ClickHouse, createClickHouse } from '@wabastream/clickhouse'
import { findFreePort, startClickHouseEngine } from '@wabastream/local-stack'

/** Merging ten million rows takes minutes. */
const TIMEOUT_MS = 3_600_000

/** A ClickHouse engine of its own on a data folder. */
export interface Engine {
  readonly pid: number
  readonly url: string
  readonly client: ClickHouse
  stop(): Promise<void>
}

/** Starts the engine in `directory`, which is created if it does not exist. */
async function startEngine(directory: string): Promise<Engine> {
  const port = await findFreePort()
  const engine = await startClickHouseEngine({ directory, port })
  const url = `http://127.0.0.1:${port}`
  // Compressing for a server on this machine costs more than it saves.
  const client = createClickHouse({ url, compression: 'none', requestTimeoutMs: TIMEOUT_MS })
  return {
    pid: engine.pid,
    url,
    client,
    async stop() {
      await client.close()
      await engine.stop()
    },
  }
}

/** Runs `work` with an engine on `directory`, and stops the engine. */
export async function withEngine<Result>(
  directory: string,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await startEngine(directory)
  try {
    return await work(engine)
  } finally {
    await engine.stop()
  }
}
