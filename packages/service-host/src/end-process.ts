import { accessSync, constants } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Requests that a thread of libuv's pool works on: names that are looked up, and files, of which
 * the log is one. They are what `process.getActiveResourcesInfo` calls them.
 */
const POOLED: ReadonlySet<string> = new Set([
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
  'FSReqCallback',
  'FSReqPromise',
])
/** Long enough for a line of the log to be written. */
const POOL_MS = 100
const LOOK_MS = 5

/**
 * Ends the process at once. `process.exit` waits for the pool's threads, so for as long as a name
 * server does not answer, some 40 s with the search list of a pod; and the first process of a
 * container can't kill itself. Nothing of this process can watch its own exit. So where the pool is
 * busy, another program in its place ends all threads. A file that a thread is writing may be cut
 * short then, as by a kill: what was promised to anybody is on disk or acknowledged before.
 */
export function endProcess(code: number): never {
  if (isPoolBusy() && canBeReplaced()) {
    // The log writes what it still holds.
    process.emit('exit', code)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POOL_MS)
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {})
  }
  process.exit(code)
}

/** The same, once what the pool does has ended, if that is soon. */
export async function endProcessSoon(code: number): Promise<never> {
  const until = performance.now() + POOL_MS
  while (isPoolBusy() && performance.now() < until) await delay(LOOK_MS)
  return endProcess(code)
}

function isPoolBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => POOLED.has(name))
}

/**
 * An `execve` that fails aborts the process, with another exit code, such as after an update of the
 * program's file. Without it `process.exit` ends the process as well, only later.
 */
function canBeReplaced(): boolean {
  try {
    accessSync(process.execPath, constants.X_OK)
    return process.execve !== undefined
  } catch {
    return false
  }
}
