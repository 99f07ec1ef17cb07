import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const STOP_TIMEOUT_MS = 20_000
const POLL_MS = 100
const GROUP_GONE_MS = 5_000
const GONE_POLL_MS = 10
const LOG_TAIL_CHARACTERS = 1500

/**
 * Runs a command and ends it when standard input closes: on stop(), and also when this process
 * dies, however it dies. A shell does that for a few hundred kilobytes, even for programs that we
 * cannot change.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
( read -r _ <&3; kill -TERM "$child" 2>/dev/null ) &
watcher=$!
exec 3<&-
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`

export interface GuardedCommand {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly logFile: string
  /** Kills it when aborted, until it has been ready once. */
  readonly signal?: AbortSignal | undefined
}

export interface GuardedProcess {
  readonly name: string
  /** The process group: the command and its guard. */
  readonly pid: number
  /** Settles when the process has ended, on purpose or not. */
  readonly ended: Promise<string>
  /**
   * Resolves when `isReady` says so. Throws, with the end of the log, when the process ends or time
   * runs out.
   */
  waitUntilReady(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void>
  /** Asks it to end and waits, 20 s by default; kills it if it does not end. */
  stop(timeoutMs?: number): Promise<void>
  /** kill -9, then waits. */
  kill(): Promise<void>
  /** Freezes it (SIGSTOP): its connections stay open, and nothing answers. */
  pause(): void
  /** Lets a frozen process continue. */
  continue(): void
}

/**
 * Starts the command in a process group of its own, so that Ctrl-C in the terminal does not reach
 * it.
 */
export async function startGuardedProcess(options: GuardedCommand): Promise<GuardedProcess> {
  options.signal?.throwIfAborted()
  const log = openSync(options.logFile, 'a')
  const child = spawn('/bin/sh', ['-c', GUARD, options.name, options.command, ...options.args], {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, ...options.environment },
  })
  closeSync(log)
  const lifeline = child.stdin
  if (!lifeline) throw new Error(`${options.name} was started without standard input`)
  lifeline.on('error', () => undefined)
  const exit = once(child, 'exit')
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const giveUp = (): void => killGroup(pid)
  options.signal?.addEventListener('abort', giveUp)
  let hasEnded = false
  const ended = exit.then(([code, signal]: unknown[]) => {
    hasEnded = true
    return `${options.name} ended with ${String(signal ?? code)}`
  })

  async function waitUntilReady(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!hasEnded && Date.now() < deadline) {
      if (await isReady().catch(() => false)) {
        options.signal?.removeEventListener('abort', giveUp)
        return
      }
      await delay(POLL_MS)
    }
    const problem = hasEnded ? await ended : `${options.name} is not ready after ${timeoutMs} ms`
    const tail = (await readFile(options.logFile, 'utf8')).slice(-LOG_TAIL_CHARACTERS)
    throw new PartFailedError(`${problem}. ${describeLog(options.logFile, tail)}`)
  }

  const kill = async (): Promise<void> => {
    killGroup(pid)
    await ended
    await untilGroupIsGone(pid)
  }

  const stop = async (timeoutMs = STOP_TIMEOUT_MS): Promise<void> => {
    signalGroup(pid, 'SIGCONT')
    lifeline.end()
    const outcome = await Promise.race([ended, delay(timeoutMs, undefined, { ref: false })])
    if (outcome === undefined) await kill()
  }

  return {
    name: options.name,
    pid,
    ended,
    waitUntilReady,
    stop,
    kill,
    pause: () => {
      signalGroup(pid, 'SIGSTOP')
    },
    continue: () => {
      signalGroup(pid, 'SIGCONT')
    },
  }
}

/**
 * A program did not come up. The message has what the user needs, so no stack trace should be
 * shown.
 */
export class PartFailedError extends Error {
  readonly code = 'part_failed'
}

function describeLog(file: string, tail: string): string {
  const full = tail.includes('No space left on device') ? 'Its disk is full. ' : ''
  return `${full}The end of ${file}:\n${tail}`
}

/** Kills a whole process group at once; it is no error if the group is gone. */
export function killGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL')
}

/** The shell may be gone a moment before the command, which still holds its ports. */
async function untilGroupIsGone(pid: number): Promise<void> {
  const deadline = Date.now() + GROUP_GONE_MS
  while (signalGroup(pid, 0) && Date.now() < deadline) await delay(GONE_POLL_MS)
}

/** False if the group no longer exists. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
