import Table from 'cli-table3'
import { type Measurement, type Results } from './results.ts'
import { group, megabytes, timeOf } from './tables.ts'

/** Both runs side by side, for the sizes and queries that both have. */
export function renderComparison(before: Results, after: Results): string {
  return after.sizes
    .flatMap((size) => {
      const former = before.sizes.find(({ name }) => name === size.name)
      if (former === undefined) return []
      const table = new Table({
        head: ['query', 'live: ms', 'rows read', 'peak MB', 'merged: ms', 'rows read', 'peak MB'],
        style: { head: [], border: [], compact: true },
      })
      for (const { live, merged, name } of size.answers) {
        const found = former.answers.find((one) => one.name === name)
        if (found === undefined) continue
        table.push([name, ...cellsOf(found.live, live), ...cellsOf(found.merged, merged)])
      }
      return [
        `${size.name}: before → after`,
        table.toString(),
        `CPU µs of the engine for one event: ${change(
          former.cost.engineUsPerEvent.toFixed(1),
          size.cost.engineUsPerEvent.toFixed(1),
        )}`,
        `MB on disk, merged: ${change(
          megabytes(bytesOf(former.disk.merged)),
          megabytes(bytesOf(size.disk.merged)),
        )}`,
      ]
    })
    .join('\n')
}

function cellsOf(before: Measurement, after: Measurement): readonly string[] {
  return [
    change(timeOf(before), timeOf(after)),
    change(group(before.rowsRead), group(after.rowsRead)),
    change(megabytes(before.peakBytes), megabytes(after.peakBytes)),
  ]
}

function bytesOf(disk: readonly { readonly bytes: number }[]): number {
  return disk.reduce((sum, { bytes }) => sum + bytes, 0)
}

function change(before: string, after: string): string {
  return `${before} → ${after}`
}
