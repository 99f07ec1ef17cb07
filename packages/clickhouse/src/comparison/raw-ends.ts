/** End offsets of the raw topic, indexed by partition: records below them have been received. */
export type RawEnds = readonly number[]

/** A condition on rows that have a raw position: they lie below the ends given as `ends`. */
export const belowEnds = 'raw_offset < {ends:Array(UInt64)}[raw_partition + 1]'
