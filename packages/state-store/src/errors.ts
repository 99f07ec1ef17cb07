import { PortError } from '@wabastream/processing'

/** What is wrong with a state folder. The loop answers each by taking the partition again. */
export class StateStoreError extends PortError<'taken_over' | 'closed' | 'damaged'> {
  override readonly name = 'StateStoreError'
}
