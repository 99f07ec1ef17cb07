import { type BatchContext } from './ports.ts'
import { toError } from './processing-error.ts'
import { type KafkaRecord, type TopicPartition } from './record.ts'
import { type StatefulOptions } from './stateful-options.ts'
import { type RejectedRecord } from './stateful-processor.ts'

export interface ReadEvents<Event> {
  readonly events: readonly Event[]
  readonly rejected: readonly RejectedRecord[]
}

export interface ReadOptions<Event, State>
  extends Pick<StatefulOptions<Event, State>, 'processor' | 'observer' | 'waitMs'> {
  readonly input: TopicPartition
}

const RETRY_MS = 1_000

/** Decodes records, leaving out what is none of the processor's business. */
export async function readEvents<Event, State>(
  records: readonly KafkaRecord[],
  options: ReadOptions<Event, State>,
  context: BatchContext,
): Promise<ReadEvents<Event>> {
  const { processor } = options
  const events: Event[] = []
  const rejected: RejectedRecord[] = []
  for (const record of records) {
    const { value } = record
    if (value !== null && !processor.isPrepared(value)) await prepareValue(value, options, context)
    try {
      const event = processor.decode(record)
      if (event !== undefined) events.push(event)
    } catch (error) {
      rejected.push({ record, error: toError(error) })
    }
  }
  return { events, rejected }
}

/** Waits for as long as the look-up fails, which is while the registry is away. */
export async function prepareValue<Event, State>(
  value: Uint8Array,
  { input, processor, observer, waitMs }: ReadOptions<Event, State>,
  context: BatchContext,
): Promise<void> {
  for (;;) {
    try {
      await processor.prepare(value)
      return
    } catch (error) {
      observer.waiting(input, toError(error))
    }
    await waitMs(RETRY_MS)
    // Throws when the partition was lost meanwhile.
    await context.heartbeat()
  }
}
