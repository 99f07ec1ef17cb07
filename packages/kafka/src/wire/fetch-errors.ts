import { type PartitionAnswer } from './records/fetched-batch.ts'
import { type FetchedRecords } from './records/record-batches.ts'

/**
 * The broker itself can't read the log there: CORRUPT_MESSAGE, or an error for which it has no
 * code, for example when its remote storage does not answer.
 */
const UNREADABLE_CODES: ReadonlyMap<number, Pick<FetchedRecords, 'damage' | 'mayPass'>> = new Map([
  [2, { damage: 'the broker finds it corrupt', mayPass: false }],
  [-1, { damage: 'the broker fails to read it', mayPass: true }],
])

/** What is used of protocol/requests/fetch/v1/response.js. */
export interface FetchResponse {
  readonly parse: (answer: FetchAnswer) => Promise<unknown>
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly (PartitionAnswer & { readonly errorCode: number })[]
  }[]
}

/**
 * Amends protocol/requests/fetch/v1/response.js (all later versions use its `parse`), where an
 * error of one partition fails all others of the answer. Here, what can't be read is only its own
 * partition's damage.
 */
export function keepDamageApart(shipped: FetchResponse): FetchResponse {
  return {
    ...shipped,
    parse: (answer) =>
      shipped.parse({
        ...answer,
        responses: answer.responses.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map(toDamaged),
        })),
      }),
  }
}

function toDamaged<Partition extends PartitionAnswer & { readonly errorCode: number }>(
  partition: Partition,
): Partition {
  const unreadable = UNREADABLE_CODES.get(partition.errorCode)
  if (unreadable === undefined) return partition
  return { ...partition, errorCode: 0, messages: { records: [], batches: [], ...unreadable } }
}
