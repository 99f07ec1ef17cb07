import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type PanelQuery } from './dashboard-queries.fixture.ts'
import { type Sample } from './prometheus-api.fixture.ts'

const directory = fileURLToPath(new URL('../../../.cache/monitoring/', import.meta.url))
const SERIES_SHOWN_MAX = 4

export interface PanelShown extends PanelQuery {
  readonly samples: readonly Sample[]
}

/** Writes a table for people: each expression with what it returned. */
export async function writePanelValues(shown: readonly PanelShown[]): Promise<void> {
  const rows = shown.map(({ dashboard, panel, refId, unit, expr, samples }) =>
    [dashboard, `${panel} (${refId})`, unit, code(expr), toCell(samples)].join(' | '),
  )
  const head = 'dashboard | panel | unit | expression | value\n--- | --- | --- | --- | ---\n'
  await mkdir(directory, { recursive: true })
  await writeFile(`${directory}panel-values.md`, `${head}${rows.join('\n')}\n`)
}

function toCell(samples: readonly Sample[]): string {
  const some = samples.slice(0, SERIES_SHOWN_MAX).map(({ labels, value }) => {
    const names = Object.entries(labels)
      .map(([name, label]) => `${name}=${label}`)
      .join(' ')
    return `${names === '' ? '' : `${names}: `}${Number(value.toPrecision(4))}`
  })
  const others = samples.length - some.length
  return [...some, ...(others > 0 ? [`and ${others} more`] : [])].join('; ') || '–'
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
