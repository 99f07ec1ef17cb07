import { PortError } from './port-error.ts'

/** Waiting does not help: topics or configuration have to be changed. */
export class PartitionCountError extends PortError<'wrong_partition_count'> {
  override readonly name = 'PartitionCountError'

  constructor(message: string, options?: ErrorOptions) {
    super('wrong_partition_count', message, options)
  }
}

/**
 * Throws an error that names every topic whose number of partitions differs from the configuration.
 */
export function assertPartitionCounts(
  topics: readonly string[],
  counts: ReadonlyMap<string, number>,
  partitions: number,
): void {
  const wrong = topics.filter((topic) => counts.get(topic) !== partitions)
  if (wrong.length === 0) return
  throw new PartitionCountError(
    `PARTITIONS is ${partitions}, which differs from the topics ` +
      wrong.map((topic) => `${topic} (${counts.get(topic)})`).join(', '),
  )
}
