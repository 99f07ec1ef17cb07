import { readFileSync } from 'node:fs'

/**
 * Bytes of a process that no file backs: mapped pages of the state can be dropped at any time.
 * Throws when the process is gone.
 */
export function readAnonymousBytes(pid: number): number {
  const kilobytes = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kilobytes?.[1] ?? 0) * 1_024
}
