/** `position_gap`: records are missing or come twice. `changelog_moved`: it ends where it can't. */
export type ProcessingErrorCode = 'position_gap' | 'changelog_moved'

export class ProcessingError extends Error {
  readonly code: ProcessingErrorCode

  constructor(code: ProcessingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProcessingError'
    this.code = code
  }
}
