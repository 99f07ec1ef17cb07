import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../../../../.cache/fault-results/', import.meta.url))

/** What one case leaves for the table at the end. */
export interface FaultResult {
  readonly case: string
  readonly seed: string
  readonly events: number
  readonly faults: number
  /** Processes ended by kill -9. */
  readonly kills: number
  readonly lost: number
  readonly doubled: number
  readonly differing: number
  /** From the end of each fault until work went on. */
  readonly recoveryMs: readonly number[]
  /** Figures of the case's own, by name. */
  readonly measured: Readonly<Record<string, number>>
}

export async function writeFaultResult(result: FaultResult): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(`${directory}${result.case}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
}
