import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../../../../.cache/fault-results/', import.meta.url))

/** The judge's numbers; all null if nobody judged. */
export interface Counts {
  readonly events: number | null
  readonly lost: number | null
  readonly doubled: number | null
  readonly differing: number | null
}

/** What one case leaves for the table at the end. */
export interface FaultResult extends Counts {
  readonly case: string
  readonly seed: string
  readonly faults: number
  /** Processes ended by kill -9. */
  readonly kills: number
  /** From the end of each fault until work went on. */
  readonly recoveryMs: readonly number[]
  /** The case's own figures, by name. */
  readonly measured: Readonly<Record<string, number>>
}

export async function writeFaultResult(result: FaultResult): Promise<void> {
  await mkdir(directory, { recursive: true })
  const { WABASTREAM_WITHOUT: without } = process.env
  const place = without === undefined ? result.case : `${result.case}-without-${without}`
  await writeFile(`${directory}${place}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
}
