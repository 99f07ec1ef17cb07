import { measured } from './measured.ts'

export interface Packing {
  /** Mean number of webhooks in a batch of the raw topic. */
  readonly rawBatchRecords: number
  /** Packed bytes as a share of plain ones. */
  readonly rawShare: number
  readonly derivedShare: number
}

/** What zstd makes of the topics when each ingestor receives this much. */
export function packingAt(webhooksPerSecondEach: number): Packing {
  const gathered = (webhooksPerSecondEach * measured.batchSpacingMs) / 1_000
  const { records: most } = measured.packedShare.at(-1) ?? { records: 1 }
  // The first after a pause goes alone, so that a batch never has less than one.
  const rawBatchRecords = Math.min(Math.max(1, gathered), most)
  const rawShare = shareOf(rawBatchRecords)
  return {
    rawBatchRecords,
    rawShare,
    derivedShare: Math.max(rawShare, measured.derivedPackedShare),
  }
}

/** Between two measurements the share falls with the logarithm of the records. */
function shareOf(records: number): number {
  const table = measured.packedShare
  const next = table.findIndex((one) => one.records >= records)
  const [below, above] = [table[Math.max(0, next - 1)], table[next]]
  if (below === undefined || above === undefined || below === above) return above?.share ?? 1
  const part = Math.log(records / below.records) / Math.log(above.records / below.records)
  return below.share + part * (above.share - below.share)
}
