import { HOUR_MS, type Hour, type Judged } from './detection.ts'

/** Errors about no message that came within one hour. */
export interface ErrorsOfHour {
  /** Empty where none is named. */
  readonly number: string
  /** Null where the code is no number. */
  readonly code: number | null
  readonly errors: number
  /** When the first of them came. */
  readonly firstMs: number
}

/** Errors that the provider reported about no message. It has ended with an hour without any. */
export function judgeOutOfBand(rows: readonly ErrorsOfHour[], hour: Hour): Judged {
  const found = rows.map(({ code, errors, firstMs, number }) => ({
    kind: 'error_out_of_band' as const,
    number,
    subject: subjectOf(code),
    sinceMs: Math.floor(firstMs / HOUR_MS) * HOUR_MS,
    reason: `the provider reported error ${subjectOf(code)}, which is about no message`,
    figures: { errors },
  }))
  const reported = new Set(found.map(({ number, subject }) => JSON.stringify([number, subject])))
  return {
    found,
    endOf: ({ number, subject }) =>
      hour.isComplete && !reported.has(JSON.stringify([number, subject])) ? hour.startMs : null,
  }
}

function subjectOf(code: number | null): string {
  return code === null ? 'without a code' : String(code)
}
