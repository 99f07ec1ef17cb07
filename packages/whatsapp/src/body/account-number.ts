import { type JsonObject, toObject, toSharedId } from './json.ts'

/** A number of the business, as far as a body names it. */
export interface BusinessNumber {
  /** Phone number id. */
  readonly number: string | null
  /** The phone number, its digits alone. */
  readonly displayNumber: string | null
}

const DIGITS = /^\d+$/

/** As `metadata` names it, beside items. */
export function numberOfMetadata(value: JsonObject): BusinessNumber {
  const metadata = toObject(value['metadata'])
  return {
    number: toSharedId(metadata?.['phone_number_id']),
    displayNumber: toDigits(metadata?.['display_phone_number']),
  }
}

/** Fields in which `phone_number` is the business's own; in others it may be a person's. */
const OWN_PHONE_NUMBER = /^(?:account_update$|channel_|phone_number_)/

/**
 * As the value of a change of any field names it: without metadata, each field has a place of its
 * own for it (META webhooks/reference: account_alerts, account_settings_update, account_update,
 * messaging_handovers, phone_number_*_update, security; 360dialog partner webhooks: channel_*,
 * phone_number_*).
 */
export function numberOfChange(field: string, value: JsonObject): BusinessNumber {
  const { number, displayNumber } = numberOfMetadata(value)
  if (number !== null && displayNumber !== null) return { number, displayNumber }
  const places = ['phone_number_settings', 'recipient', 'setup_info'].map((name) => value[name])
  return {
    number:
      number ?? firstOf([value, ...places], ['phone_number_id'], toSharedId) ?? alerted(value),
    displayNumber:
      displayNumber ??
      firstOf([value, ...places], ['display_phone_number'], toDigits) ??
      (OWN_PHONE_NUMBER.test(field)
        ? firstOf([value, value['setup_info']], ['phone_number'], toDigits)
        : null),
  }
}

function alerted(value: JsonObject): string | null {
  return value['entity_type'] === 'PHONE_NUMBER' ? toSharedId(value['entity_id']) : null
}

function firstOf(
  places: readonly unknown[],
  names: readonly string[],
  read: (given: unknown) => string | null,
): string | null {
  for (const place of places) {
    for (const name of names) {
      const found = read(toObject(place)?.[name])
      if (found !== null) return found
    }
  }
  return null
}

/** Of a phone number that may be written for people: `+1 555-0100` and `15550100` are one. */
export function toDigits(given: unknown): string | null {
  const text = toSharedId(given)
  if (text === null || DIGITS.test(text)) return text
  return text.replaceAll(/\D/g, '') || null
}
