import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ProgramName } from '@wabastream/contracts'
import { type GuardedProcess, PortTakenError, startGuardedProcess } from '@wabastream/local-stack'
import { CliError } from '../output/cli-error.ts'

const RESTART_DELAY_MS_MIN = 500
const RESTART_DELAY_MS_MAX = 30_000
/** A service that ran for this long has recovered: the next delay is short again. */
const STEADY_MS = 60_000
const READY_POLL_MS = 100
const PROBE_TIMEOUT_MS = 2_000
const EXIT_CONFIG = 'ended with 2'
/**
 * A service that ended this often without being ready is broken: more attempts would only hide
 * that.
 */
const FRUITLESS_STARTS_MAX = 4
const LOG_TAIL_CHARACTERS = 1_200

export interface ServiceSpec {
  readonly name: ProgramName
  readonly mainPath: string
  readonly adminPort: number
  readonly environment: Readonly<Record<string, string>>
}

export interface SuperviseOptions {
  readonly spec: ServiceSpec
  readonly logDirectory: string
  /** Gets a line when it ended by itself, and one when it is ready again. */
  readonly onNews: (line: string) => void
}

/** Runs a service in its own process, and starts it again when it ends by itself. */
export async function superviseService(options: SuperviseOptions): Promise<SupervisedService> {
  await mkdir(options.logDirectory, { recursive: true })
  return new SupervisedService(options)
}

export class SupervisedService {
  readonly name: ProgramName
  readonly adminPort: number
  readonly #spec: ServiceSpec
  readonly #logFile: string
  readonly #onNews: (line: string) => void
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  #current: GuardedProcess | undefined
  #fatal: CliError | PortTakenError | undefined
  #wasReady = false

  constructor({ spec, logDirectory, onNews }: SuperviseOptions) {
    this.name = spec.name
    this.adminPort = spec.adminPort
    this.#spec = spec
    this.#logFile = join(logDirectory, `${spec.name}.log`)
    this.#onNews = onNews
    this.#running = this.#keepRunning().catch((cause: unknown) => {
      this.#fatal = new CliError(`${spec.name} cannot be started`, { cause })
    })
  }

  /**
   * Resolves when /readyz answers 200. Throws if it can't start at all, or time is up; a
   * PortTakenError if another process has one of its ports.
   */
  async waitUntilReady(options: {
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<void> {
    const { timeoutMs, signal } = options
    const deadline = performance.now() + timeoutMs
    while (performance.now() < deadline) {
      signal.throwIfAborted()
      if (this.#fatal !== undefined) throw this.#fatal
      if (await this.#isReady(signal)) {
        this.#wasReady = true
        return
      }
      await delay(READY_POLL_MS, undefined, { signal })
    }
    const seconds = timeoutMs / 1_000
    throw new CliError(`${this.name} is not ready after ${seconds} s. ${await this.#logTail()}`)
  }

  /** Lets it drain, and waits for its end; kills it after the time, if one is given. */
  async stop(timeoutMs?: number): Promise<void> {
    this.#stopping.abort()
    await this.#current?.stop(timeoutMs)
    await this.#running
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping
    let delayMs = RESTART_DELAY_MS_MIN
    for (let starts = 1; !signal.aborted; starts += 1) {
      const startedMs = performance.now()
      const outcome = await this.#runOnce()
      if (signal.aborted) return
      this.#fatal = await this.#giveUp(outcome, starts)
      if (this.#fatal !== undefined) return
      if (performance.now() - startedMs > STEADY_MS) delayMs = RESTART_DELAY_MS_MIN
      this.#onNews(`${outcome}; again in ${delayMs / 1_000} s (log: ${this.#logFile})`)
      await delay(delayMs, undefined, { signal }).catch(() => undefined)
      delayMs = Math.min(delayMs * 2, RESTART_DELAY_MS_MAX)
    }
  }

  async #runOnce(): Promise<string> {
    const { environment, mainPath, name } = this.#spec
    const child = await startGuardedProcess({
      name,
      command: process.execPath,
      args: [mainPath],
      environment,
      logFile: this.#logFile,
    })
    this.#current = child
    const ended = new AbortController()
    if (this.#wasReady) void this.#tellRecovery(ended.signal)
    const outcome = await child.ended
    ended.abort()
    return outcome
  }

  async #tellRecovery(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await this.#isReady(signal)) return this.#onNews(`${this.name} is ready again`)
      await delay(READY_POLL_MS)
    }
  }

  async #giveUp(outcome: string, starts: number): Promise<CliError | PortTakenError | undefined> {
    if (outcome.endsWith(EXIT_CONFIG)) {
      const message = `${this.name} cannot use its configuration. ${await this.#logTail()}`
      return new CliError(message, { exitCode: 2 })
    }
    if (this.#wasReady || starts < FRUITLESS_STARTS_MAX) return undefined
    const port = await this.#current?.takenPort()
    if (port !== undefined) return new PortTakenError(this.name, port)
    return new CliError(`${outcome}, each of ${starts} times. ${await this.#logTail()}`)
  }

  async #logTail(): Promise<string> {
    const text = await readFile(this.#logFile, 'utf8').catch(() => '')
    return `The end of ${this.#logFile}:\n${text.slice(-LOG_TAIL_CHARACTERS).trimEnd()}`
  }

  /** Asks on the port, and believes nobody but the process that runs now. */
  async #isReady(stopped: AbortSignal): Promise<boolean> {
    const url = `http://127.0.0.1:${this.adminPort}/readyz`
    const signal = AbortSignal.any([AbortSignal.timeout(PROBE_TIMEOUT_MS), stopped])
    const response = await fetch(url, { signal }).catch(() => undefined)
    await response?.body?.cancel()
    if (response === undefined || !response.ok) return false
    return response.headers.get('x-process-id') === String(this.#current?.pid)
  }
}
