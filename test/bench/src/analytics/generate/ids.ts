import { type Dice } from './dice.ts'

/** As the Cloud API makes them: base64 over the customer's number, the direction, a random id. */
export function messageId(dice: Dice, phone: string, direction: 'inbound' | 'outbound'): string {
  const [side, length] = direction === 'outbound' ? ['\x11', 18] : ['\x12', 20]
  const random = dice.hex(24).slice(0, length).toUpperCase()
  const head = `\x1c\x18${String.fromCharCode(phone.length)}${phone}\x15\x02\x00${side}`
  const text = `${head}\x18${String.fromCharCode(length)}${random}\x00`
  return `wamid.${Buffer.from(text, 'latin1').toString('base64')}`
}

/** A UUIDv7 of that time. */
export function receiptId(dice: Dice, atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0')
  const random = dice.hex(24)
  const head = `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}`
  return `${head}-a${random.slice(3, 6)}-${random.slice(6, 18)}`
}
