export interface SpoolDiskFile {
  readonly name: string
  readonly bytes: number
}

/** A file being written, not yet under its name. */
export interface OpenSpoolFile {
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when the content survives a crash. After a failure nothing is known of the file. */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * One folder of files, which this process has for itself. Everything may reject with an `Error`
 * that has a `code`, such as ENOSPC. What is done to names survives a crash only after
 * `syncDirectory`.
 */
export interface SpoolDisk {
  /** Files, without folders. */
  list(): Promise<readonly SpoolDiskFile[]>
  /** Rejects when there is a file of that name. */
  create(name: string): Promise<OpenSpoolFile>
  read(name: string): Promise<Buffer>
  /** What has the new name already is replaced. */
  rename(from: string, to: string): Promise<void>
  /** Resolves also when there is none. */
  remove(name: string): Promise<void>
  syncDirectory(): Promise<void>
  /** Moves a file into the sub-folder for what cannot be used. */
  quarantine(name: string): Promise<void>
  /** How many files lie there. */
  quarantinedCount(): Promise<number>
  /** Gives the folder back. */
  release(): void
}
