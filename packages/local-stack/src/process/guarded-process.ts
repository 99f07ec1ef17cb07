import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnWithLifeline } from './guarded-spawn.ts'
import { PartFailedError, PortTakenError } from './part-errors.ts'
import { readOutput } from './read-output.ts'
import { takenPortIn } from './taken-port.ts'

const STOP_TIMEOUT_MS = 20_000
const POLL_MS = 100
const GROUP_GONE_MS = 5_000
const GONE_POLL_MS = 10
const LOG_TAIL_CHARACTERS = 1500

export interface GuardedCommand {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly logFile: string
  /**
   * What it writes once it has its ports. Until then nobody is asked whether it is ready, because
   * somebody else may be listening there.
   */
  readonly announcements?: readonly string[]
  /** Kills it when aborted, until it has been ready once. */
  readonly signal?: AbortSignal | undefined
}

export interface GuardedProcess {
  readonly name: string
  /** Of the command itself, and of its process group. */
  readonly pid: number
  /** Settles when the process has ended, on purpose or not. */
  readonly ended: Promise<string>
  /** The port of which it has reported that another process has it; undefined where it has not. */
  takenPort(): Promise<number | undefined>
  /**
   * Resolves when `isReady` says so. Throws, with the end of the log, when the process ends or time
   * runs out; a PortTakenError when it ended because somebody else has one of its ports.
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
  const startOfOutput = fstatSync(log).size
  const { child, release } = spawnWithLifeline(options.command, options.args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.environment },
  })
  closeSync(log)
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

  const output = (): Promise<string> => readOutput(options.logFile, startOfOutput)
  const takenPort = async (): Promise<number | undefined> => takenPortIn(await output())

  async function hasAnnounced(): Promise<boolean> {
    const { announcements = [] } = options
    if (announcements.length === 0) return true
    const text = await output()
    return announcements.every((announcement) => text.includes(announcement))
  }

  async function waitUntilReady(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs
    let isAnnounced = false
    while (!hasEnded && Date.now() < deadline) {
      isAnnounced ||= await hasAnnounced()
      if (isAnnounced && (await isReady().catch(() => false))) {
        options.signal?.removeEventListener('abort', giveUp)
        return
      }
      await delay(POLL_MS)
    }
    const port = hasEnded ? await takenPort() : undefined
    if (port !== undefined) throw new PortTakenError(options.name, port)
    const problem = hasEnded ? await ended : `${options.name} is not ready after ${timeoutMs} ms`
    const tail = (await output()).slice(-LOG_TAIL_CHARACTERS)
    throw new PartFailedError(`${problem}. ${describeLog(options.logFile, tail)}`)
  }

  const kill = async (): Promise<void> => {
    killGroup(pid)
    await ended
    await untilGroupIsGone(pid)
  }

  const stop = async (timeoutMs = STOP_TIMEOUT_MS): Promise<void> => {
    child.kill('SIGCONT')
    release()
    const outcome = await Promise.race([ended, delay(timeoutMs, undefined, { ref: false })])
    if (outcome === undefined) await kill()
  }

  return {
    name: options.name,
    pid,
    ended,
    takenPort,
    waitUntilReady,
    stop,
    kill,
    // Not its watcher, which has to go on.
    pause: () => {
      child.kill('SIGSTOP')
    },
    continue: () => {
      child.kill('SIGCONT')
    },
  }
}

function describeLog(file: string, tail: string): string {
  const full = tail.includes('No space left on device') ? 'Its disk is full. ' : ''
  return `${full}The end of ${file}:\n${tail}`
}

/** Kills a whole process group at once; it is no error if the group is gone. */
export function killGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL')
}

/** The command may be gone a moment before its watcher. */
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
