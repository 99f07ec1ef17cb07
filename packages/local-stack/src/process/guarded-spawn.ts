import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  spawn,
  type StdioOptions,
} from 'node:child_process'
import { Readable, Writable } from 'node:stream'

/**
 * Becomes the command, with a watcher beside it. If file 3 closes without a line, whoever started
 * it is gone, however it died: the command and its group are asked to end, even while frozen. A
 * shell does that for a few hundred kilobytes, even for programs that we cannot change.
 */
const GUARD = `
(
  trap '' TERM
  read -r _ <&3 || { kill -TERM -$$; kill -CONT -$$; }
) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-
`

export interface GuardedSpawnOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly gid?: number
}

type Stream = 'pipe' | 'ignore' | 'inherit' | number

export interface GuardedChild {
  /** Its pid is the command's own, and the process group. */
  readonly child: ChildProcess
  /** Asks the command to end, as the death of this process would. */
  readonly release: () => void
}

/**
 * `spawn`, but the command gets SIGTERM when this process ends, even by `kill -9`. The command
 * leads a process group of its own, so that Ctrl-C in the terminal does not reach it.
 */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: GuardedSpawnOptions = {},
): ChildProcessWithoutNullStreams {
  const { child } = spawnWithLifeline(command, args, {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  assertPiped(child)
  return child
}

/** The same with other streams than pipes, and a way to ask for its end. */
export function spawnWithLifeline(
  command: string,
  args: readonly string[],
  options: GuardedSpawnOptions & { readonly stdio: readonly [Stream, Stream, Stream] },
): GuardedChild {
  const stdio: StdioOptions = [...options.stdio, 'pipe']
  const child = spawn('/bin/sh', ['-c', GUARD, command, command, ...args], {
    ...options,
    detached: true,
    stdio,
  })
  const lifeline = child.stdio[3]
  if (!(lifeline instanceof Writable)) throw new Error(`${command} was started without a lifeline`)
  lifeline.on('error', () => undefined)
  // With a line the watcher goes, and leaves alone whoever has the pid by then.
  child.once('exit', () => lifeline.end('\n'))
  return { child, release: () => lifeline.end() }
}

function assertPiped(child: ChildProcess): asserts child is ChildProcessWithoutNullStreams {
  const { stdin, stdout, stderr } = child
  if (!(stdin instanceof Writable && stdout instanceof Readable && stderr instanceof Readable)) {
    throw new Error('a process was started without pipes')
  }
}
