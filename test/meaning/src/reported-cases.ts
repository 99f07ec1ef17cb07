import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Told } from './tell.ts'

const { REPORTED_CASES_DIR: folder } = process.env

/**
 * Small inputs made of public reports, in the folder that `REPORTED_CASES_DIR` names. The
 * repository carries none of them.
 */
export const areCasesNamed = folder !== undefined && existsSync(folder)

/** Webhooks of the case whose file begins so, a minute after the last time that they name. */
export function readCase(start: string): readonly Told[] {
  const [file] = globSync(join(folder ?? '', `${start}-*.{json,ndjson}`))
  if (file === undefined) throw new Error(`no case ${start} in ${folder}`)
  const text = readFileSync(file, 'utf8')
  const bodies = file.endsWith('.ndjson') ? text.trimEnd().split('\n') : [text]
  return bodies.map((body) => ({ body: Buffer.from(body), receivedAt: timeOf(body) }))
}

function timeOf(body: string): number {
  const times = [...body.matchAll(/"(?:timestamp|time)": ?"?(\d{10})\b/g)].map(([, seconds]) =>
    Number(seconds),
  )
  return (Math.max(...times) + 60) * 1_000
}
