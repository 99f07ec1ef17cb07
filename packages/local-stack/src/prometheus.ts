import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FindPort, findFreePort, onFreePorts } from './ports.ts'
import { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'
import { ensurePrometheus } from './prometheus-download.ts'

const READY_TIMEOUT_MS = 30_000
const PROBE_TIMEOUT_MS = 2_000

export interface PrometheusOptions {
  /** Absolute; the rule files that it names are looked for beside it. */
  readonly configFile: string
  /** For its data and its log. */
  readonly directory: string
  /** Of a port on 127.0.0.1; any free one where nothing is said. */
  readonly findPort?: FindPort
  readonly onProgress: (line: string) => void
}

export interface Prometheus extends GuardedProcess {
  readonly url: string
}

/** Starts a real Prometheus and resolves when it answers. Throws with the end of its log. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { directory, findPort = findFreePort, onProgress } = options
  const { prometheus } = await ensurePrometheus(onProgress)
  await mkdir(directory, { recursive: true })
  return onFreePorts(async () => startOn(await findPort(), prometheus, options))
}

async function startOn(
  port: number,
  program: string,
  { configFile, directory }: PrometheusOptions,
): Promise<Prometheus> {
  const url = `http://127.0.0.1:${port}`
  const dataDirectory = join(directory, 'data')
  const part = await startGuardedProcess({
    name: 'Prometheus',
    command: program,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataDirectory}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(directory, 'prometheus.log'),
  })
  await part
    .waitUntilReady(
      async () => (await isOk(`${url}/-/ready`)) && (await keepsDataIn(dataDirectory, url)),
      READY_TIMEOUT_MS,
    )
    .catch(async (error: unknown) => {
      await part.stop()
      throw error
    })
  return { ...part, url }
}

async function isOk(url: string): Promise<boolean> {
  const response = await ask(url)
  await response.body?.cancel()
  return response.ok
}

/** Not every version says on which port it listens; another Prometheus may be there. */
async function keepsDataIn(directory: string, url: string): Promise<boolean> {
  const response = await ask(`${url}/api/v1/status/flags`)
  return (await response.text()).includes(JSON.stringify(directory))
}

function ask(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
}
