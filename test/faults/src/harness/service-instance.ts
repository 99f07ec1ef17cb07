import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ProgramName, type ServiceName } from '@wabastream/contracts'
import { type GuardedProcess, startGuardedProcess } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'

const READY_TIMEOUT_MS = 120_000
const RESTART_DELAY_MS = 500
const PROBE_TIMEOUT_MS = 2_000
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const run = promisify(execFile)

export interface ServiceInstanceOptions<Name extends ProgramName> {
  readonly service: Name
  /** From 1. */
  readonly number: number
  readonly adminPort: number
  readonly environment: Readonly<Record<string, string>>
  /** Of its log. */
  readonly directory: string
  /** Program to run in place of the service's own, from the root. */
  readonly entry?: string | undefined
  /** Of the code that runs; this version's by default. */
  readonly root?: string | undefined
}

/** If WABASTREAM_WITHOUT names a protection, our programs are loaded without it. */
export function withoutProtection(): Readonly<Record<string, string>> {
  const { WABASTREAM_WITHOUT } = process.env
  if (WABASTREAM_WITHOUT === undefined) return { NODE_OPTIONS: '' }
  const hook = new URL('../protections/take-out.ts', import.meta.url).href
  return { NODE_OPTIONS: `--import=${hook}`, WABASTREAM_WITHOUT }
}

/** One process of a service, on fixed ports and folders over all its lives. */
export class ServiceInstance<Name extends ProgramName = ServiceName> {
  readonly service: Name
  /** `decoder-1`, … */
  readonly name: string
  readonly adminUrl: string
  readonly logFile: string
  readonly environment: Readonly<Record<string, string>>
  readonly #directory: string
  readonly #entry: string
  readonly #isFormer: boolean
  #running: GuardedProcess | undefined
  #startCount = 0
  #killCount = 0
  #isSupervised = false

  constructor(options: ServiceInstanceOptions<Name>) {
    const { service, number, adminPort, environment, directory } = options
    const entry = options.entry ?? `services/${service}/src/main.ts`
    this.#entry = join(options.root ?? root, entry)
    this.#isFormer = options.root !== undefined
    this.service = service
    this.name = `${service}-${number}`
    this.adminUrl = `http://127.0.0.1:${adminPort}`
    this.environment = {
      ...environment,
      ADMIN_PORT: String(adminPort),
      ADMIN_HOST: '127.0.0.1',
      ...withoutProtection(),
    }
    this.#directory = directory
    this.logFile = `${directory}/${this.name}.log`
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Starts of its process so far. */
  get startCount(): number {
    return this.#startCount
  }

  /** Resolves once the process runs; `untilReady` waits for more. Does nothing while it runs. */
  async start(): Promise<void> {
    if (this.#running !== undefined) return
    await mkdir(this.#directory, { recursive: true })
    const started = await startGuardedProcess({
      name: this.name,
      command: process.execPath,
      args: [this.#entry],
      environment: this.environment,
      logFile: this.logFile,
    })
    this.#running = started
    this.#startCount++
    void started.ended.then(() => this.#hasEnded(started))
  }

  /** Until /readyz says yes. The error holds the end of the log. */
  async untilReady(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    await eventually(
      `${this.name} is ready`,
      async () => {
        const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
        const response = await this.ask('readyz', signal)
        // A former version does not say whose answer it is.
        const pid = String(this.#running?.pid)
        const answerer = response.headers.get('x-process-id') ?? (this.#isFormer ? pid : null)
        return response.ok && answerer === pid
      },
      timeoutMs,
    ).catch(async (cause: unknown) => {
      const tail = (await readFile(this.logFile, 'utf8').catch(() => '')).slice(-2_000)
      throw new Error(`${this.name} is not ready. The end of its log:\n${tail}`, { cause })
    })
  }

  /** How often it was running when killed. */
  get killCount(): number {
    return this.#killCount
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (this.#running !== undefined) this.#killCount++
    await this.#running?.kill()
  }

  /**
   * SIGTERM, as a rolling restart does, and nobody starts it again. Resolves with `… ended with 0`.
   */
  async stop(): Promise<string | undefined> {
    this.#isSupervised = false
    const ending = this.#running
    await ending?.stop()
    return await ending?.ended
  }

  /** SIGSTOP. */
  pause(): void {
    this.#running?.pause()
  }

  /** SIGCONT. */
  continue(): void {
    this.#running?.continue()
  }

  /** From now on, it is restarted whenever it ends, as an orchestrator does. */
  supervise(): void {
    this.#isSupervised = true
  }

  /** Settles when the process that runs now has ended; at once when none does. */
  async whenEnded(): Promise<void> {
    await this.#running?.ended
  }

  /** Text of /metrics. */
  async metrics(): Promise<string> {
    return (await this.ask('metrics')).text()
  }

  /**
   * The answer of its admin server. No socket is kept, that the other side may be about to close.
   */
  async ask(path: 'livez' | 'metrics' | 'readyz', signal?: AbortSignal): Promise<Response> {
    const headers = { connection: 'close' }
    return await fetch(`${this.adminUrl}/${path}`, { headers, ...(signal && { signal }) })
  }

  async log(): Promise<string> {
    return await readFile(this.logFile, 'utf8')
  }

  /** Its processes: the service and the shell that guards it. */
  async pids(): Promise<readonly number[]> {
    if (this.#running === undefined) return []
    const { stdout } = await run('pgrep', ['-g', String(this.#running.pid)]).catch(() => ({
      stdout: '',
    }))
    return stdout.split('\n').filter(Boolean).map(Number)
  }

  async #hasEnded(process: GuardedProcess): Promise<void> {
    if (this.#running === process) this.#running = undefined
    if (!this.#isSupervised) return
    await delay(RESTART_DELAY_MS)
    if (this.#isSupervised) await this.start()
  }
}
