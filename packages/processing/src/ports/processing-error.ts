export type ProcessingErrorCode =
  /** Records are missing, or come twice. */
  | 'position_gap'
  /** The changelog ends where it can't. */
  | 'changelog_moved'
  /** State was written in a way that nobody here knows. */
  | 'state_unreadable'
  /** The partition became another's before it was taken here. */
  | 'taken_away'

export class ProcessingError extends Error {
  readonly code: ProcessingErrorCode

  constructor(code: ProcessingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProcessingError'
    this.code = code
  }
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
