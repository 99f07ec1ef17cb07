import { type OpenSpoolFile, type SpoolDisk, type SpoolDiskFile } from './spool-disk.ts'

export type DiskStep =
  | 'list'
  | 'create'
  | 'write'
  | 'sync'
  | 'close'
  | 'read'
  | 'rename'
  | 'remove'
  | 'syncDirectory'
  | 'quarantine'

/** What a step does instead of succeeding. After `crash` nothing answers any more. */
export type DiskFault = 'crash' | Error | { readonly delayMs: number }

interface Inode {
  bytes: Buffer
  /** How much of it survives a crash. */
  syncedBytes: number
}

type NameChange = (names: Map<string, Inode>) => void

const QUARANTINE = 'quarantine/'

/**
 * For tests: a disk in memory that fails on demand. A crash keeps what was synced, a chance part of
 * what was written since, and the first few of the changes to names since the folder was synced.
 */
export class MemoryDisk implements SpoolDisk {
  /** Asked before each step. */
  fault: (step: DiskStep, name: string) => DiskFault | undefined = () => undefined
  bytesMax = Infinity
  #names = new Map<string, Inode>()
  #durableNames = new Map<string, Inode>()
  #pending: NameChange[] = []
  #isCrashed = false

  get files(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#names].map(([name, { bytes }]) => [name, bytes]))
  }

  get isCrashed(): boolean {
    return this.#isCrashed
  }

  /** From the outside, durably. */
  put(name: string, bytes: Buffer): void {
    const inode = { bytes, syncedBytes: bytes.length }
    this.#names.set(name, inode)
    this.#durableNames.set(name, inode)
  }

  /** The disk as the next life finds it. `chance` gives numbers from 0 to 1. */
  reboot(chance: () => number): MemoryDisk {
    this.#isCrashed = true
    const kept = Math.floor(chance() * (this.#pending.length + 1))
    for (const change of this.#pending.slice(0, kept)) change(this.#durableNames)
    const next = new MemoryDisk()
    next.bytesMax = this.bytesMax
    for (const [name, { bytes, syncedBytes }] of this.#durableNames) {
      const unsynced = Math.floor(chance() * (bytes.length - syncedBytes + 1))
      next.put(name, Buffer.from(bytes.subarray(0, syncedBytes + unsynced)))
    }
    return next
  }

  async list(): Promise<readonly SpoolDiskFile[]> {
    await this.#step('list', '')
    return [...this.#names]
      .filter(([name]) => !name.startsWith(QUARANTINE))
      .map(([name, { bytes }]) => ({ name, bytes: bytes.length }))
  }

  async create(name: string): Promise<OpenSpoolFile> {
    await this.#step('create', name)
    if (this.#names.has(name)) throw diskError('EEXIST')
    const inode: Inode = { bytes: Buffer.alloc(0), syncedBytes: 0 }
    this.#change((names) => names.set(name, inode))
    return {
      write: async (bytes) => {
        await this.#step('write', name)
        const used = [...this.#names.values()].reduce((sum, one) => sum + one.bytes.length, 0)
        if (used + bytes.length > this.bytesMax) throw diskError('ENOSPC')
        inode.bytes = Buffer.concat([inode.bytes, bytes])
      },
      sync: async () => {
        await this.#step('sync', name)
        inode.syncedBytes = inode.bytes.length
      },
      close: () => this.#step('close', name),
    }
  }

  async read(name: string): Promise<Buffer> {
    await this.#step('read', name)
    const inode = this.#names.get(name)
    if (inode === undefined) throw diskError('ENOENT')
    return Buffer.from(inode.bytes)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step('rename', from)
    this.#move(from, to)
  }

  async remove(name: string): Promise<void> {
    await this.#step('remove', name)
    this.#change((names) => names.delete(name))
  }

  async syncDirectory(): Promise<void> {
    await this.#step('syncDirectory', '')
    this.#durableNames = new Map(this.#names)
    this.#pending = []
  }

  async quarantine(name: string): Promise<void> {
    await this.#step('quarantine', name)
    this.#move(name, `${QUARANTINE}${name}`)
  }

  async quarantinedCount(): Promise<number> {
    return [...this.#names.keys()].filter((name) => name.startsWith(QUARANTINE)).length
  }

  release(): void {}

  #move(from: string, to: string): void {
    const inode = this.#names.get(from)
    if (inode === undefined) throw diskError('ENOENT')
    this.#change((names) => {
      names.delete(from)
      names.set(to, inode)
    })
  }

  #change(change: NameChange): void {
    change(this.#names)
    this.#pending.push(change)
  }

  async #step(step: DiskStep, name: string): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    const fault = this.#isCrashed ? 'crash' : this.fault(step, name)
    if (fault === 'crash') {
      this.#isCrashed = true
      await new Promise(() => {})
    }
    if (fault instanceof Error) throw fault
    if (typeof fault === 'object') {
      await new Promise((resolve) => {
        setTimeout(resolve, fault.delayMs)
      })
    }
  }
}

export function diskError(code: string): Error {
  return Object.assign(new Error(code), { code })
}
