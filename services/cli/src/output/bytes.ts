import { isUtf8 } from 'node:buffer'
import { printable } from './format.ts'

const ROW_BYTES = 16
const HEX_BYTES_MAX = 4_096
const TEXT_LENGTH_MAX = 20_000

/**
 * Bytes from outside, safe to print: as text with escapes if they are text, or else as a hex dump.
 */
export function renderBytes(bytes: Buffer): string {
  if (bytes.length === 0) return '(empty)'
  return isUtf8(bytes) && isMostlyPrintable(bytes) ? renderText(bytes) : renderHex(bytes)
}

function isMostlyPrintable(bytes: Buffer): boolean {
  return !bytes.includes(0)
}

function renderText(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const lines = text.slice(0, TEXT_LENGTH_MAX).split('\n').map(printable).join('\n')
  const rest = text.length - TEXT_LENGTH_MAX
  return rest > 0 ? `${lines}\n… and ${rest} more characters` : lines
}

function renderHex(bytes: Buffer): string {
  const rows: string[] = []
  const end = Math.min(bytes.length, HEX_BYTES_MAX)
  for (let from = 0; from < end; from += ROW_BYTES) {
    const row = bytes.subarray(from, Math.min(end, from + ROW_BYTES))
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.')
    rows.push(`${from.toString(16).padStart(8, '0')}  ${hex.padEnd(ROW_BYTES * 3)} ${text}`)
  }
  const rest = bytes.length - end
  if (rest > 0) rows.push(`… and ${rest} more bytes`)
  return rows.join('\n')
}
