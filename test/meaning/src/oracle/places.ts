/** Countries and calling codes of the story's people, from the lists of ITU and ISO. */
const PLACES: readonly (readonly [start: string, code: string, country: string])[] = [
  ['49', '49', 'DE'],
  ['55', '55', 'BR'],
  ['1242', '1', 'BS'],
  ['77', '7', 'KZ'],
  ['91', '91', 'IN'],
]

function placeOf(phone: string) {
  return PLACES.find(([start]) => phone.startsWith(start))
}

export function callingCodeOf(phone: string): string {
  return placeOf(phone)?.[1] ?? ''
}

export function countryOf({
  phone,
  userId,
}: {
  readonly phone: string
  readonly userId: string
}): string {
  return /^[A-Z]{2}\./.test(userId) ? userId.slice(0, 2) : (placeOf(phone)?.[2] ?? '')
}

/** Time zones of numbers that are not in UTC. */
export const TIME_ZONES: Readonly<Record<string, string>> = {
  '106500000000003': 'America/Sao_Paulo',
}

export const timeZoneOf = (number: string): string => TIME_ZONES[number] ?? 'UTC'
