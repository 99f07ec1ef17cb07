/** The last that are remembered: hours are looked at in order, by one detector after the other. */
const REMEMBERED_MAX = 8

/**
 * Reads once what several ask for by the same time. A reading that failed is not remembered, and of
 * others only the last.
 */
export function rememberLast<Given, Read>(
  read: (timeMs: number, given: Given) => Promise<Read>,
): (timeMs: number, given: Given) => Promise<Read> {
  const readings = new Map<number, Promise<Read>>()
  return function remembered(timeMs, given) {
    const known = readings.get(timeMs)
    if (known !== undefined) return known
    const reading = read(timeMs, given)
    readings.set(timeMs, reading)
    reading.catch(() => readings.delete(timeMs))
    for (const oldest of readings.keys()) {
      if (readings.size > REMEMBERED_MAX) readings.delete(oldest)
    }
    return reading
  }
}
