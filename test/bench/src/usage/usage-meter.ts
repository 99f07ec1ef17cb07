import { readUsage } from './process-usage.ts'

/** A process by what it is called. */
export type NamedPid = readonly [process: string, pid: number]

export interface Used {
  readonly process: string
  /** User and system time since the meter was started, or since the process began. */
  readonly cpuUs: number
  readonly rssBytes: number
}

export interface UsageMeter {
  /** Also of processes that began later. */
  read(processes: readonly NamedPid[]): readonly Used[]
}

/** Counts from now on what the processes use. */
export function startUsageMeter(processes: readonly NamedPid[]): UsageMeter {
  const before = new Map(processes.map(([, pid]) => [pid, readUsage(pid).cpuUs]))
  return {
    read: (later) =>
      later.map(([process, pid]) => {
        const { cpuUs, rssBytes } = readUsage(pid)
        return { process, cpuUs: cpuUs - (before.get(pid) ?? 0), rssBytes }
      }),
  }
}
