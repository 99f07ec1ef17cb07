import { once } from 'node:events'
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProgramName } from '@wabastream/contracts'
import {
  findFreePort,
  onFreePorts,
  PortTakenError,
  spawnWithLifeline,
  takenPortIn,
} from '@wabastream/local-stack'
import { eventually } from './eventually.ts'

const READY_TIMEOUT_MS = 90_000
const PROBE_TIMEOUT_MS = 2_000
const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface ServiceProcess {
  readonly pid: number
  readonly adminUrl: string
  /** Text of /metrics. */
  metrics(): Promise<string>
  /** SIGTERM, then waits; resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL, then waits. */
  kill(): Promise<void>
}

export interface ServiceProcessOptions {
  readonly service: ProgramName
  /** Its program, as a path from the root; by default that of the service. */
  readonly program?: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/**
 * Runs a service in its own process, as in production, and resolves once /readyz answers 200. The
 * service ends with this process.
 */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true })
  return onFreePorts(async () => startOn(await findFreePort(), options))
}

async function startOn(
  adminPort: number,
  { env, logFile, program, service }: ServiceProcessOptions,
): Promise<ServiceProcess> {
  const log = openSync(logFile, 'a')
  const { size } = fstatSync(log)
  const { child } = spawnWithLifeline(
    process.execPath,
    [program ?? `services/${service}/src/main.ts`],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        ...env,
        ADMIN_PORT: String(adminPort),
      },
      stdio: ['ignore', log, log],
    },
  )
  closeSync(log)
  const exited = once(child, 'exit')
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  const adminUrl = `http://127.0.0.1:${adminPort}`
  await eventually(
    `${service} is ready (see ${logFile})`,
    async () => {
      if (hasExited()) return true
      const response = await fetch(`${adminUrl}/readyz`, {
        signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      })
      await response.arrayBuffer()
      return response.ok && response.headers.get('x-process-id') === String(child.pid)
    },
    READY_TIMEOUT_MS,
  )
  if (hasExited()) {
    const output = readFileSync(logFile).toString('utf8', size)
    const port = takenPortIn(output)
    if (port === adminPort) throw new PortTakenError(service, port)
    throw new Error(`${service} exited with ${child.exitCode}. The end of ${logFile}:\n${output}`)
  }
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!hasExited()) child.kill(signal)
    await exited
  }
  return {
    pid: child.pid ?? 0,
    adminUrl,
    metrics: async () => (await fetch(`${adminUrl}/metrics`)).text(),
    async stop() {
      await end('SIGTERM')
      return child.exitCode
    },
    kill: () => end('SIGKILL'),
  }
}
