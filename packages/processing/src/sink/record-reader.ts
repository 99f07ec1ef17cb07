import { type BatchContext } from '../ports/ports.ts'

export type ReadResult<Value> =
  | { readonly kind: 'record'; readonly record: Value }
  | { readonly kind: 'rejected'; readonly error: unknown }

export interface RecordReader<Value> {
  /** Undefined where the writer's schema has to be looked up first: `prepare`, then again. */
  read(value: Uint8Array): ReadResult<Value> | undefined
  /**
   * Looks the schema up, for as long as the registry is away, each time saying that it waits; stops
   * when the context is stale.
   */
  prepare(
    value: Uint8Array,
    context: BatchContext,
    onWaiting: () => void,
  ): Promise<ReadResult<Value> | undefined>
}
