import { PortError } from '@wabastream/processing'

/** What is wrong with a state folder. After each of these, the loop takes the partition again. */
export class StateStoreError extends PortError<'taken_over' | 'closed' | 'damaged'> {
  override readonly name = 'StateStoreError'
}
