import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Runbook {
  /** Path below the root. */
  readonly file: string
  readonly text: string
  /** What it has promtool evaluate. */
  readonly expressions: readonly string[]
}

export const runbooks: readonly Runbook[] = globSync('docs/runbooks/*.md', { cwd: root })
  .toSorted().map((file) => {
    const text = readFileSync(`${root}${file}`, 'utf8')
    const queries = text.matchAll(/promtool query instant \$PROMETHEUS '([^']*)'/g)
    return { file, text, expressions: [...queries].map(([, expr = '']) => expr) }
  })
