import { existsSync, readFileSync } from 'node:fs'

const folder = new URL('../../../../shared/payloads/', import.meta.url)

/** Bodies that others wrote lie beside the checkout; the repository itself carries none of them. */
export const arePayloadsPresent = existsSync(new URL('INDEX.tsv', folder))

export function readPayload(file: string): Uint8Array {
  return readFileSync(new URL(file, folder))
}

/** Rows of one of the folder's tables, by column name. */
export function readTable(file: string): readonly Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n')
  const names = header.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}

/** The row's cell; `-` stands for an empty list. */
export function listCell(row: Readonly<Record<string, string>>, name: string): readonly string[] {
  const cell = row[name] ?? '-'
  return cell === '-' ? [] : cell.split(';')
}
