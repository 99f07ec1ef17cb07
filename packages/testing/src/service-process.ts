import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProgramName } from '@wabastream/contracts'
import { findFreePort } from '@wabastream/local-stack'
import { eventually } from './eventually.ts'

const READY_TIMEOUT_MS = 90_000
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

/** Runs a service in its own process, as in production, and resolves once /readyz answers 200. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const adminPort = await findFreePort()
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a')
  const program = options.program ?? `services/${options.service}/src/main.ts`
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...options.env, ADMIN_PORT: String(adminPort) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const adminUrl = `http://127.0.0.1:${adminPort}`
  await eventually(
    `${options.service} is ready (see ${options.logFile})`,
    async () => {
      if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`)
      return (await fetch(`${adminUrl}/readyz`)).ok
    },
    READY_TIMEOUT_MS,
  )
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
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
