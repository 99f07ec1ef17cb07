export function least(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a < b ? a : b))
}

export function greatest(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a > b ? a : b))
}

export function greatestText(values: readonly (string | null)[]): string | null {
  return (
    values
      .filter((value) => value !== null)
      .toSorted(compareText)
      .at(-1) ?? null
  )
}

/** As databases do, by bytes. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
