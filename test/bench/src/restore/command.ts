import { type Command } from 'commander'
import { benchRestore, renderRestore } from './bench-restore.ts'
import { benchScale, renderScale } from './bench-scale.ts'

type ParseCount = (text: string) => number

interface RestoreFlags {
  readonly keys: number
  readonly partitions: number
  readonly json?: boolean
}

interface ScaleFlags {
  readonly keys: readonly number[]
  readonly partitions: readonly number[]
  readonly events: number
  readonly json?: boolean
}

export function addRestoreCommands(program: Command, parseCount: ParseCount): void {
  const parseCounts = (text: string): readonly number[] => text.split(',').map(parseCount)
  program
    .command('restore')
    .description('the state of the timeline processor, from its changelog: time, CPU, memory')
    .option('--keys <timelines>', 'timelines in the changelog', parseCount, 500_000)
    .option('--partitions <count>', 'partitions of the timelines', parseCount, 6)
    .option('--json', 'print the figures as JSON')
    .action(async ({ json, keys, partitions }: RestoreFlags) => {
      const report = await benchRestore({ keys, partitions })
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderRestore(report)}\n`)
    })
  program
    .command('scale')
    .description('CPU per event of the timeline processor, by keys in its state and partitions')
    .option(
      '--keys <list>',
      'timelines in the state, such as 1000000,10000000',
      parseCounts,
      [100_000, 1_000_000],
    )
    .option('--partitions <list>', 'partitions; each with each number of keys', parseCounts, [6])
    .option('--events <count>', 'events that are counted', parseCount, 100_000)
    .option('--json', 'print the figures as JSON')
    .action(async ({ events, json, keys, partitions }: ScaleFlags) => {
      const shapes = partitions.flatMap((count) =>
        keys.map((key) => ({ keys: key, partitions: count })),
      )
      const report = await benchScale(shapes, {
        events,
        onRow: (row) => process.stderr.write(`${JSON.stringify(row)}\n`),
      })
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderScale(report)}\n`)
    })
}
