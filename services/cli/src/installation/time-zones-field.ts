import { type NumberTimeZones } from '@wabastream/clickhouse'
import { z } from 'zod'

const PAIR = /^(?<number>\*|[^\s,=*]+)=(?<zone>[A-Za-z0-9_+/-]+)$/

/** `NUMBER=ZONE,NUMBER=ZONE,*=ZONE`: whose days the views of billing and quality have. */
export const timeZonesField: z.ZodOptional<z.ZodType<NumberTimeZones, string>> = z
  .string()
  .transform(parseTimeZones)
  .optional()
  .describe(
    'time zones of numbers for days of billing and quality, such as ' +
      '106540352242922=America/Sao_Paulo,*=UTC; * is all others; else as before, at first UTC',
  )

function parseTimeZones(text: string, context: z.RefinementCtx): NumberTimeZones {
  const zones = new Map<string, string>()
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue
    const { number, zone } = PAIR.exec(part)?.groups ?? {}
    if (number === undefined || zone === undefined) {
      context.addIssue(`must be NUMBER=ZONE, separated by commas; this is not: ${part}`)
    } else if (zones.has(number)) {
      context.addIssue(`names ${number} twice`)
    } else if (!isTimeZone(zone)) {
      context.addIssue(`has no time zone ${zone}: use a name such as America/Sao_Paulo`)
    } else {
      zones.set(number, zone)
    }
  }
  return Object.fromEntries(zones)
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
