import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second in /proc, whatever the kernel's own tick is. */
const TICK_US = 10_000
const PAGE_BYTES = 4096

export interface ProcessUsage {
  /** User and system time since the process began. */
  readonly cpuUs: number
  readonly rssBytes: number
}

/** Reads /proc, so it costs the measured process nothing. Throws when the process is gone. */
export function readUsage(pid: number): ProcessUsage {
  // The name in parentheses may hold spaces: fields are counted from behind it.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks, rssPages] = [fields[11], fields[12], fields[21]].map(Number)
  return {
    cpuUs: ((userTicks ?? 0) + (systemTicks ?? 0)) * TICK_US,
    rssBytes: (rssPages ?? 0) * PAGE_BYTES,
  }
}
