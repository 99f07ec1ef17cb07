import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Terminal } from '../output/terminal.ts'
import { type SimulationTarget } from './local-target.ts'

const KEY_BYTES = 24
const PARTNER_ID = 'simulatedPA'

/** The key of all numbers, from its file, which is made when it is missing. Says where it is. */
export async function ensureKey(
  { data, keyFile }: { readonly data: string; readonly keyFile?: string },
  terminal: Terminal,
): Promise<string> {
  const file = keyFile ?? join(data, 'simulator-key')
  const existing = (await readFile(file, 'utf8').catch(() => '')).trim()
  terminal.note(`the key of the numbers is in ${file}`)
  if (existing !== '') return existing
  const key = randomBytes(KEY_BYTES).toString('base64url')
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${key}\n`, { mode: 0o600 })
  return key
}

/**
 * Everybody has the key. Where a key says which number is meant, it is the first number's, and that
 * of another has the number's id behind it.
 */
export function withKeys(target: SimulationTarget, key: string): SimulationTarget {
  const met = new Set<string>()
  const numbers = target.numbers.map((number) => {
    const isFirst = !met.has(number.provider)
    met.add(number.provider)
    const isShared = number.provider === 'cloud-api' || isFirst
    return { ...number, key: isShared ? key : `${key}.${number.numberId}` }
  })
  return { ...target, numbers, partner: { id: PARTNER_ID, key } }
}
