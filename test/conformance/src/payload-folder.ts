import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const { CASES_DIR } = process.env
const folder = CASES_DIR === undefined ? undefined : pathToFileURL(`${resolve(CASES_DIR)}/`)

/**
 * Bodies that others wrote, in the folder that `CASES_DIR` names: `INDEX.tsv`, `malformed/` and
 * what they list. The repository itself carries none of them. A folder that lacks them fails the
 * tests.
 */
export const arePayloadsNamed = folder !== undefined

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
