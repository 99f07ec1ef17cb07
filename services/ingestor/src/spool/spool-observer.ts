/** What a failure kept from happening. `no_space` is the disk's, `full` the spool's own limit. */
export type SpoolFailureCause =
  | 'create' | 'write' | 'fsync' | 'rename' | 'fsync_directory' | 'no_space' | 'full' | 'stalled'
  | 'read' | 'remove' | 'quarantine'

/** Why a file was put aside. `refused`: Kafka does not want one of its records. */
export type QuarantineReason = 'damaged' | 'truncated' | 'foreign' | 'unreadable' | 'refused'

export interface SpoolObserver {
  fileWritten(file: { readonly records: number; readonly ms: number }): void
  recordsDrained(count: number): void
  fileQuarantined(name: string, reason: QuarantineReason): void
  failed(cause: SpoolFailureCause, error: unknown): void
}
