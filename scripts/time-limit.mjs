// Ends the tests of a workspace that would hold up the whole run: one process that is left open is
// enough, since jest waits for it.
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** A workspace takes 18 minutes at most. */
const LIMIT_MS = 30 * 60_000
/** Between a workspace's counts and its end: something that a failed test started keeps it. */
const LINGER_LIMIT_MS = 30_000
const POLL_MS = 1_000

/** `end` says whether the limit was passed, and watches no longer. */
export function limitTime(name, child, resultFile) {
  const watching = new AbortController()
  const options = { signal: watching.signal, ref: false }
  let isPassed = false
  const pass = (why) => {
    isPassed = true
    console.error(`${name} ${why}: it is ended, and the run fails`)
    child.kill('SIGTERM')
  }
  delay(LIMIT_MS, undefined, options).then(() => pass('takes too long'), ignoreAbort)
  untilCounted(resultFile, options)
    .then(() => delay(LINGER_LIMIT_MS, undefined, options))
    .then(() => pass('has its counts, but does not end'), ignoreAbort)
  return {
    end: () => {
      watching.abort()
      return isPassed
    },
  }
}

async function untilCounted(resultFile, options) {
  while (!existsSync(resultFile)) await delay(POLL_MS, undefined, options)
}

function ignoreAbort(error) {
  if (error.name !== 'AbortError') throw error
}
