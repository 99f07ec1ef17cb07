import { type InsertFailure, type Sink } from '@wabastream/processing'

/** A sink on a new, empty destination, and what a case does to that destination. */
export interface SinkScene<Value> {
  readonly sink: Sink<Value, string>
  /** A record with one row, the same for the same id. */
  toValue(id: number): Value
  /** A record whose row the destination can never read. */
  toUnreadableValue(id: number): Value
  /** Ids of the rows that a reader of the destination sees, in any order. */
  readIds(): Promise<readonly number[]>
  /** Makes every insert fail in this way until `repair`. */
  breakDown(cause: Exclude<InsertFailure, 'bad_rows'>): Promise<void>
  repair(): Promise<void>
}
