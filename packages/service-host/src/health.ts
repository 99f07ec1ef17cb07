/** Whether a process lives or is ready, and if not, why. */
export interface Health {
  readonly ok: boolean
  readonly reasons: readonly string[]
  /** What an operator should know besides. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** Healthy if there is no reason to be otherwise. */
export function toHealth(reasons: readonly string[]): Health {
  return { ok: reasons.length === 0, reasons }
}
