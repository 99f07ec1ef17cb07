import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts'
import { ensurePrometheus } from './prometheus-download.ts'

const READY_TIMEOUT_MS = 30_000

export interface PrometheusOptions {
  /** Absolute; the rule files that it names are looked for beside it. */
  readonly configFile: string
  /** For its data and its log. */
  readonly directory: string
  /** On 127.0.0.1. */
  readonly port: number
  readonly onProgress: (line: string) => void
}

/** Starts a real Prometheus and resolves when it answers. Throws with the end of its log. */
export async function startPrometheus(options: PrometheusOptions): Promise<GuardedProcess> {
  const { configFile, directory, port, onProgress } = options
  const { prometheus } = await ensurePrometheus(onProgress)
  await mkdir(directory, { recursive: true })
  const part = await startGuardedProcess({
    name: 'Prometheus',
    command: prometheus,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(directory, 'prometheus.log'),
  })
  await part.waitUntilReady(
    async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
    READY_TIMEOUT_MS,
  )
  return part
}
