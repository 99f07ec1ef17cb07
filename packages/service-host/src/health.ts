/** Whether a process lives or is ready, and if not, why. */
export interface Health {
  readonly ok: boolean
  readonly reasons: readonly string[]
  /** What else an operator should know. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** Healthy if there is no reason against it. */
export function toHealth(reasons: readonly string[]): Health {
  return { ok: reasons.length === 0, reasons }
}
