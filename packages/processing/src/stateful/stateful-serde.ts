import { type KafkaRecord } from '../ports/record.ts'

/** How events and states are bytes: of the input, of the changelog and on disk. */
export interface StatefulSerde<Event, State> {
  /** Whether `decode` and `decodeState` can read the value without `prepare`. */
  readonly isPrepared: (value: Uint8Array) => boolean
  /** Rejects for what may succeed later. Resolves for what never will: `decode` throws then. */
  readonly prepare: (value: Uint8Array) => Promise<void>
  /**
   * Undefined for records that are none of the processor's business. Throws for what can't be read.
   */
  readonly decode: (record: KafkaRecord) => Event | undefined
  readonly encodeState: (state: State) => Uint8Array
  readonly decodeState: (value: Uint8Array) => State
}
