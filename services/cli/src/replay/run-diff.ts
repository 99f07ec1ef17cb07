import {
  compareContents,
  countComparedRows,
  type GenerationPair,
  isPair,
  readColumnDifferences,
  readComparisonScope,
  type TimelineDifference,
} from '@wabastream/clickhouse'
import { CliError } from '../output/cli-error.ts'
import { createSteps } from '../output/steps.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { type Terminal } from '../output/terminal.ts'
import { assertGenerationExists } from './assert-generation.ts'
import { type GenerationDiff, type ListedTimeline, renderDiff } from '../compare/render-diff.ts'
import { type Installation } from '../installation/installation.ts'
import { settleRawEnds } from './raw-ends.ts'

export interface DiffOptions {
  readonly into: number
  /** Maximum number of timelines that are named. */
  readonly limit: number
  /** How long the generations may take to catch up. */
  readonly timeoutMs: number
  readonly json: boolean
}

/** Compares the live generation with another under live traffic. Exit code 1 if they differ. */
export async function runDiff(
  installation: Installation,
  options: DiffOptions,
  terminal: Terminal,
): Promise<void> {
  const { clickhouse, dataDirectory, kafka, live } = installation
  const { into: other, timeoutMs } = options
  if (other === live) {
    throw new CliError(`Generation ${other} is the live one: compare it with another.`, {
      exitCode: 2,
    })
  }
  await assertGenerationExists(installation, other)
  const { signal } = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const steps = createSteps(terminal)
  const pair: GenerationPair = { live, other }
  const settle = (): ReturnType<typeof settleRawEnds> =>
    settleRawEnds(kafka.admin, {
      generations: [live, other],
      timeoutMs,
      signal,
      dataDirectory,
    })
  const ends = await steps.run(`generations ${live} and ${other} have caught up`, settle)
  const scope = await readComparisonScope(clickhouse, { live, ends })
  const counts = await steps.run('rows counted', () => countComparedRows(clickhouse, pair, scope))
  const { inFlight, isTruncated, kinds, timelines } = await steps.run('contents compared', () =>
    compareContents(clickhouse, pair, { scope, settle, accepted: new Set() }),
  )
  const { columns, differing } = timelines
  const listed = await list(installation, pair, {
    columns,
    differing: differing.slice(0, options.limit),
  })
  const diff: GenerationDiff = {
    live,
    other,
    rawEnds: ends,
    counts,
    kinds,
    differing: differing.length,
    isTruncated,
    inFlight,
    listed,
    isEqual:
      kinds.length === 0 &&
      !isTruncated &&
      counts.every((count) => !count.isExact || count.live === count.other),
  }
  terminal.out(options.json ? JSON.stringify(diff) : renderDiff(diff, terminal))
  if (!diff.isEqual) process.exitCode = 1
}

async function list(
  { clickhouse }: Installation,
  pair: GenerationPair,
  {
    columns,
    differing,
  }: {
    readonly columns: readonly string[]
    readonly differing: readonly TimelineDifference[]
  },
): Promise<readonly ListedTimeline[]> {
  const listed: ListedTimeline[] = []
  for (const timeline of differing) {
    const { mine: _, theirs: _theirs, ...rest } = timeline
    const differences = isPair(timeline)
      ? await readColumnDifferences(clickhouse, pair, { columns, key: timeline })
      : []
    listed.push({ ...rest, columns: differences })
  }
  return listed
}
