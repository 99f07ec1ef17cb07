const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const KILOBYTE = 1_000

/** A length of time in its two largest units: `850 ms`, `2.4 s`, `3 min 20 s`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`
  if (ms < MINUTE_MS) return `${trimZero((ms / SECOND_MS).toFixed(1))} s`
  if (ms < HOUR_MS) return twoUnits(ms, { large: MINUTE_MS, small: SECOND_MS, names: ['min', 's'] })
  if (ms < DAY_MS) return twoUnits(ms, { large: HOUR_MS, small: MINUTE_MS, names: ['h', 'min'] })
  return twoUnits(ms, { large: DAY_MS, small: HOUR_MS, names: ['d', 'h'] })
}

function twoUnits(
  ms: number,
  units: {
    readonly large: number
    readonly small: number
    readonly names: readonly [string, string]
  },
): string {
  const { large, small, names } = units
  const rest = Math.floor((ms % large) / small)
  const head = `${Math.floor(ms / large)} ${names[0]}`
  return rest === 0 ? head : `${head} ${rest} ${names[1]}`
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text
}

/** `2026-01-15 08:00:02.125`, in UTC; milliseconds only if there are any. */
export function formatTime(ms: number | null): string {
  if (ms === null) return '(no time)'
  const text = new Date(ms).toISOString().replace('T', ' ').slice(0, -1)
  return text.endsWith('.000') ? text.slice(0, -4) : text
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ')
}

/** Bytes as the providers count them: a megabyte is a million. */
export function formatBytes(bytes: number): string {
  if (bytes < KILOBYTE) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log(bytes) / Math.log(KILOBYTE) + 1e-9))
  return `${trimZero((bytes / KILOBYTE ** power).toFixed(1))} ${units[power - 1]}`
}

export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}

/** Text from outside, safe to print: control characters and bidi marks are shown as escapes. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
