import { type BatchContext } from '../ports/ports.ts'
import { toError } from '../ports/processing-error.ts'
import { type KafkaRecord, type TopicPartition } from '../ports/record.ts'
import { type StatefulOptions } from './stateful-options.ts'

export interface PrepareOptions<Event, State> extends Pick<
  StatefulOptions<Event, State>,
  'serde' | 'observer' | 'waitMs'
> {
  readonly input: TopicPartition
}

const RETRY_MS = 1_000

/** Resolves when all records can be decoded, except those that never can. */
export async function prepareRecords<Event, State>(
  records: readonly KafkaRecord[],
  options: PrepareOptions<Event, State>,
  context: BatchContext,
): Promise<void> {
  const { serde } = options
  for (const { value } of records) {
    if (value !== null && !serde.isPrepared(value)) await prepareValue(value, options, context)
  }
}

/** Waits as long as the look-up fails, that is, while the registry is away. */
export async function prepareValue<Event, State>(
  value: Uint8Array,
  { input, serde, observer, waitMs }: PrepareOptions<Event, State>,
  context: BatchContext,
): Promise<void> {
  for (;;) {
    try {
      await serde.prepare(value)
      return
    } catch (error) {
      observer.waiting(input, toError(error))
    }
    await waitMs(RETRY_MS)
    // Throws when the partition was lost meanwhile.
    await context.heartbeat()
  }
}
