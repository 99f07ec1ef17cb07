import { type BatchContext } from '../ports/ports.ts'

export type ReadResult<Value> =
  | { readonly kind: 'record'; readonly record: Value }
  | { readonly kind: 'rejected'; readonly error: unknown }

export interface RecordReader<Value> {
  /** Undefined if the writer's schema has to be looked up first: call `prepare`, then try again. */
  read(value: Uint8Array): ReadResult<Value> | undefined
  /**
   * Looks the schema up. While the registry is away it tries again and reports that it waits; it
   * stops when the context is stale.
   */
  prepare(
    value: Uint8Array,
    context: BatchContext,
    onWaiting: () => void,
  ): Promise<ReadResult<Value> | undefined>
}
