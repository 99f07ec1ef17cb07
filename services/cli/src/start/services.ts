import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServiceName } from '@wabastream/contracts'
import { type GuardedProcess, startGuardedProcess } from '@wabastream/local-stack'
import { CliError } from '../cli-error.ts'

const RESTART_DELAY_MS_MIN = 500
const RESTART_DELAY_MS_MAX = 30_000
/** One that ran for so long has recovered: the next delay is short again. */
const STEADY_MS = 60_000
const READY_POLL_MS = 100
const EXIT_CONFIG = 'ended with 2'
/** One that was never ready and ended so often is broken: more attempts only hide it. */
const FRUITLESS_STARTS_MAX = 4
const LOG_TAIL_CHARACTERS = 1_200

export interface ServiceSpec {
  readonly name: ServiceName
  readonly mainPath: string
  readonly adminPort: number
  readonly environment: Readonly<Record<string, string>>
}

export interface ServiceSupervisor {
  readonly name: ServiceName
  readonly adminPort: number
  readonly logFile: string
  /** Process group of the current process. */
  pid(): number | undefined
  /** Resolves when /readyz says so. Throws when it can't start at all, or time is up. */
  waitUntilReady(options: {
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<void>
  /** Lets it drain, and waits for its end. */
  stop(): Promise<void>
}

/** Runs a service in a process of its own, and starts it again when it ends unasked. */
export async function superviseService(options: {
  readonly spec: ServiceSpec
  readonly logDirectory: string
  readonly onRestart: (line: string) => void
}): Promise<ServiceSupervisor> {
  const { spec, logDirectory, onRestart } = options
  const { name, mainPath, adminPort, environment } = spec
  await mkdir(logDirectory, { recursive: true })
  const logFile = join(logDirectory, `${name}.log`)
  let current: GuardedProcess | undefined
  let fatal: CliError | undefined
  let wasReady = false
  const stopping = new AbortController()

  async function keepRunning(): Promise<void> {
    let delayMs = RESTART_DELAY_MS_MIN
    for (let starts = 1; !stopping.signal.aborted; starts += 1) {
      const startedMs = performance.now()
      current = await startGuardedProcess({
        name, command: process.execPath, args: [mainPath], environment, logFile,
      })
      const outcome = await current.ended
      if (stopping.signal.aborted) return
      if (outcome.endsWith(EXIT_CONFIG)) {
        const message = `${name} cannot use its configuration; see ${logFile}`
        fatal = new CliError(message, { exitCode: 2 })
        return
      }
      if (!wasReady && starts >= FRUITLESS_STARTS_MAX) {
        fatal = new CliError(`${outcome}, each of ${starts} times. ${await tailOf(logFile)}`)
        return
      }
      delayMs = performance.now() - startedMs > STEADY_MS ? RESTART_DELAY_MS_MIN : delayMs
      onRestart(`${outcome}; again in ${delayMs / 1_000} s (log: ${logFile})`)
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      delayMs = Math.min(delayMs * 2, RESTART_DELAY_MS_MAX)
    }
  }

  const running = keepRunning().catch((cause: unknown) => {
    fatal = new CliError(`${name} cannot be started`, { cause })
  })
  return {
    name, adminPort, logFile,
    pid: () => current?.pid,
    async waitUntilReady({ timeoutMs, signal }) {
      const deadline = performance.now() + timeoutMs
      while (performance.now() < deadline) {
        signal.throwIfAborted()
        if (fatal !== undefined) throw fatal
        wasReady = await isReady(adminPort)
        if (wasReady) return
        await delay(READY_POLL_MS)
      }
      throw new CliError(
        `${name} is not ready after ${timeoutMs / 1_000} s. ${await tailOf(logFile)}`)
    },
    async stop() {
      stopping.abort()
      await current?.stop()
      await running
    },
  }
}

async function tailOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return `The end of ${logFile}:\n${text.slice(-LOG_TAIL_CHARACTERS).trimEnd()}`
}

async function isReady(adminPort: number): Promise<boolean> {
  const url = `http://127.0.0.1:${adminPort}/readyz`
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  await response?.body?.cancel()
  return response?.ok === true
}
