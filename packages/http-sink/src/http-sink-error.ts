import { type InsertFailure, PortError } from '@wabastream/processing'

/** The receiver answers, but does not take the rows. Only the status of its answer is kept. */
export class HttpSinkError extends PortError<InsertFailure> {
  override readonly name = 'HttpSinkError'
  readonly status: number

  constructor(status: number) {
    super(failureOfStatus(status), `the receiver answers with status ${status}`)
    this.status = status
  }
}

/**
 * These are about the rows themselves, including 413, because half of the rows may be small enough.
 */
const BAD_ROWS: ReadonlySet<number> = new Set([400, 413, 422])
/** With these, and all from 500 on, the receiver may take the same rows later. */
const UNAVAILABLE: ReadonlySet<number> = new Set([408, 425, 429])

/** Any other status, including a redirect, needs a person: the address or the rights are wrong. */
function failureOfStatus(status: number): InsertFailure {
  if (BAD_ROWS.has(status)) return 'bad_rows'
  return UNAVAILABLE.has(status) || status >= 500 ? 'unavailable' : 'broken_schema'
}
