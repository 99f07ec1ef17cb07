import { type KafkaRecord } from '../ports/record.ts'

/** How events and states become bytes: in the input, in the changelog and on disk. */
export interface StatefulSerde<Event, State> {
  /** Whether `decode` and `decodeState` can read the value without `prepare`. */
  readonly isPrepared: (value: Uint8Array) => boolean
  /** Rejects if it may succeed later. Resolves if it never will: then `decode` throws. */
  readonly prepare: (value: Uint8Array) => Promise<void>
  /** Undefined for records that are not for the processor. Throws for what can't be read. */
  readonly decode: (record: KafkaRecord) => Event | undefined
  readonly encodeState: (state: State) => Uint8Array
  readonly decodeState: (value: Uint8Array) => State
}
