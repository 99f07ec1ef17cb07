import { PortError } from './port-error.ts'

type ProcessingErrorCode = 'position_gap' | 'changelog_moved' | 'state_unreadable' | 'taken_away'

/** What the loop itself finds to be wrong. */
export class ProcessingError extends PortError<ProcessingErrorCode> {
  override readonly name = 'ProcessingError'
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
