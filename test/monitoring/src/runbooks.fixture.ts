import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Of one line: what is looked for in a log, as a shell runs it on lines of the log. */
const LOG_FILTER = /kubectl [^\n|]*\blogs [^\n|]*\| (grep [^\n]*)/g

export interface Runbook {
  /** Path below the root. */
  readonly file: string
  readonly text: string
  /** What it has promtool evaluate. */
  readonly expressions: readonly string[]
  /** Shell commands that pick lines out of a log. */
  readonly logFilters: readonly string[]
  /** Messages of the log that it quotes. */
  readonly logMessages: readonly string[]
}

export const runbooks: readonly Runbook[] = globSync('docs/runbooks/*.md', { cwd: root })
  .filter((file) => !file.endsWith('README.md'))
  .toSorted()
  .map((file) => {
    const text = readFileSync(`${root}${file}`, 'utf8')
    const queries = text.matchAll(/promtool query instant \S+ '([^']*)'/g)
    return {
      file,
      text,
      expressions: capturesOf(queries),
      logFilters: capturesOf(text.matchAll(LOG_FILTER)),
      logMessages: capturesOf(text.matchAll(/"message":"([^"]*)"/g)),
    }
  })

function capturesOf(matches: Iterable<RegExpExecArray>): readonly string[] {
  return Array.from(matches, ([, captured = '']) => captured)
}
