import { type Random } from './random.ts'

export type Direction = 'outbound' | 'inbound'

/** Cloud API message id: base64 over the customer's number, the direction, and a random id. */
export function cloudMessageId(random: Random, phone: string, direction: Direction): string {
  const side = direction === 'outbound' ? 0x11 : 0x12
  const id = random.hex(direction === 'outbound' ? 18 : 20)
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    Buffer.from(phone, 'latin1'),
    Buffer.from([0x15, 0x02, 0x00, side, 0x18, id.length]),
    Buffer.from(id, 'latin1'),
    Buffer.from([0x00]),
  ])
  return `wamid.${bytes.toString('base64')}`
}

/** On-premises message id: no prefix, number in packed digits. */
export function onPremMessageId(random: Random, phone: string, direction: Direction): string {
  const odd = phone.length % 2 === 1
  const packed = Buffer.from(odd ? `${phone}f` : phone, 'hex')
  const length = packed.length | (odd ? 0x80 : 0)
  const [side, tail] = direction === 'outbound' ? [0x80, 9] : [0x00, 10]
  const rest = Buffer.from(random.hex(tail * 2), 'hex')
  const head = Buffer.from([side, 0x11, length])
  return Buffer.concat([head, packed, Buffer.from([0x02, tail]), rest]).toString('base64url')
}

export function groupId(random: Random, phone: string): string {
  return Buffer.from(`capi_group:${phone}:${random.digits(18)}`).toString('base64')
}

/** Provider time as it is on the wire: whole seconds, as text. */
export function toTimestamp(atMs: number): string {
  return String(Math.floor(atMs / 1000))
}
