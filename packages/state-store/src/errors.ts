/** What is wrong with a state folder. The loop answers each by taking the partition anew. */
export type StateStoreErrorCode = 'taken_over' | 'closed' | 'damaged'

export class StateStoreError extends Error {
  readonly code: StateStoreErrorCode

  constructor(code: StateStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StateStoreError'
    this.code = code
  }
}
