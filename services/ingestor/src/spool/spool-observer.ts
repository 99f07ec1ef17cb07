/** The step that failed. `no_space` is the disk's, `full` the spool's own limit. */
export const spoolFailureCauses = [
  'create',
  'write',
  'fsync',
  'rename',
  'fsync_directory',
  'no_space',
  'full',
  'stalled',
  'read',
  'remove',
  'quarantine',
] as const
export type SpoolFailureCause = (typeof spoolFailureCauses)[number]

/** Why a file was put aside. `refused`: Kafka refuses one of its records. */
export const quarantineReasons = ['damaged', 'truncated', 'foreign', 'refused'] as const
export type QuarantineReason = (typeof quarantineReasons)[number]

export interface SpoolObserver {
  fileWritten(file: { readonly records: number; readonly ms: number }): void
  recordsDrained(count: number): void
  fileQuarantined(name: string, reason: QuarantineReason): void
  failed(cause: SpoolFailureCause, error: unknown): void
}
