import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError } from '../output/cli-error.ts'

export interface NamedPort {
  readonly port: number
  readonly use: string
  /** How to use another one, in the imperative. */
  readonly remedy: string
}

/** What a killed start left behind gets this long to end by itself. */
const LEFTOVER_MS = 4_000
const POLL_MS = 200

/** Throws an error that names every port in use, and says what to do about it. */
export async function assertPortsUnused(
  ports: readonly NamedPort[],
  {
    patienceMs = LEFTOVER_MS,
    signal,
  }: {
    readonly patienceMs?: number
    readonly signal?: AbortSignal
  } = {},
): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const problems = await findProblems(ports)
    if (problems.length === 0) return
    if (performance.now() > deadline) {
      throw new CliError(
        `Ports are not free:\n${problems.join('\n')}\n` +
          'or stop what listens there (`lsof -i :PORT` names it; perhaps another wabastream).',
      )
    }
    await delay(POLL_MS, undefined, { signal })
  }
}

async function findProblems(ports: readonly NamedPort[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { port, use, remedy } of ports) {
    const cause = await listenBriefly(port)
    if (cause === undefined) continue
    const state = cause === 'EACCES' ? 'may not be used' : 'is in use'
    problems.push(`  - ${port} (${use}) ${state}; ${remedy}`)
  }
  return problems
}

function listenBriefly(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
