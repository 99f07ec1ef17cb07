import { hostname } from 'node:os'
import { codeOf } from './credential-store.ts'

/** Names this process, and this one holding of a lock, as text without line breaks. */
export function createOwner(): string {
  return `${hostname()} ${process.pid} ${performance.now()}`
}

/** Whether it was a process of this machine, or pod, and has ended. False if nobody can tell. */
export function isEnded(owner: string): boolean {
  const [host, pid] = owner.split(' ')
  return host === hostname() && !isAlive(Number(pid))
}

export function describeOwner(owner: string): string {
  const [host, pid] = owner.split(' ')
  return `process ${pid} on ${host}`
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return true
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
