export interface SpoolDiskFile {
  readonly name: string
  readonly bytes: number
}

/** A file being written, not yet under its name. */
export interface OpenSpoolFile {
  write(bytes: Uint8Array): Promise<void>
  /**
   * Resolves when the content survives a crash. After a failure nothing is known about the file.
   */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * One folder of files that only this process uses. Every call may reject with an `Error` that has a
 * `code`, such as ENOSPC. Changes to names survive a crash only after `syncDirectory`.
 */
export interface SpoolDisk {
  /** Files, without folders. */
  list(): Promise<readonly SpoolDiskFile[]>
  /** Rejects if there is a file with that name. */
  create(name: string): Promise<OpenSpoolFile>
  read(name: string): Promise<Buffer>
  /** Replaces a file that already has the new name. */
  rename(from: string, to: string): Promise<void>
  /** Also resolves if there is none. */
  remove(name: string): Promise<void>
  syncDirectory(): Promise<void>
  /** Moves a file into the sub-folder for what cannot be used. */
  quarantine(name: string): Promise<void>
  /** The number of files there. */
  quarantinedCount(): Promise<number>
  /** Gives the folder back. */
  release(): void
}
