import { type ClickHouse, pointViews } from '@wabastream/clickhouse'
import { type KafkaAdmin } from '@wabastream/kafka'
import { CliError } from '../cli-error.ts'
import { formatCount } from '../render/format.ts'
import { createSteps } from '../start/steps.ts'
import { watchStopSignal } from '../start/stop-signal.ts'
import { type Terminal } from '../terminal.ts'
import { pipelineStages } from '../traffic/settle.ts'
import { assertGenerationExists } from './assert-generation.ts'
import { findMissingRanges, type MissingRange } from './coverage.ts'
import { type Installation } from './installation.ts'
import { describeMissingRows, findMissingRows } from './missing-rows.ts'
import { type Scope } from './missing-timelines.ts'
import { settleRawEnds } from './raw-ends.ts'

const RANGES_SHOWN_MAX = 20

export interface SwapOptions {
  readonly into: number
  readonly timeoutMs: number
  readonly json: boolean
}

/**
 * Makes analysts see another generation, in one step. Throws, naming what is missing, unless it
 * has caught up and holds every verdict, event and timeline that the live one holds.
 */
export async function runSwap(
  installation: Installation,
  { into, json, timeoutMs }: SwapOptions,
  terminal: Terminal,
): Promise<void> {
  const { clickhouse, kafka, live } = installation
  const steps = createSteps(terminal)
  if (into === live) {
    // Completes a move that was interrupted behind its step.
    await pointViews({ client: clickhouse, generation: into })
    steps.done(`the views show generation ${into} already`)
    return
  }
  await assertGenerationExists(clickhouse, into)
  const { signal } = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const ends = await steps.run(`generation ${into} has caught up`, () =>
    settleRawEnds(kafka.admin, { generations: [into], timeoutMs, signal }))
  const { retentionDays } = installation.settings
  await steps.run(`generation ${into} compared with what ${live} holds`, () =>
    assertCovers(clickhouse, { live, into }, { ends, retentionDays }))
  await steps.run(`the views show generation ${into}`, () =>
    pointViews({ client: clickhouse, generation: into }))
  await warnWithoutServices(kafka.admin, into, (line) => steps.warn(line))
  if (json) terminal.out(JSON.stringify({ live: into, before: live, rawEnds: ends }))
  else steps.say(`\`wabastream replay --drop ${live}\` stops and deletes generation ${live}`)
}

/** Throws, naming what is missing, unless `into` holds all that `live` holds. */
export async function assertCovers(
  clickhouse: ClickHouse,
  { live, into }: { readonly live: number; readonly into: number },
  scope: Scope,
): Promise<void> {
  const pair = { live, other: into }
  const ranges = await findMissingRanges(clickhouse, pair, scope)
  if (ranges.length > 0) throw new CliError(describeMissing(ranges, { live, into }))
  const rows = await findMissingRows(clickhouse, pair, scope)
  if (rows.length > 0) throw new CliError(describeMissingRows(rows, { live, into }))
}

export function describeMissing(
  missing: readonly MissingRange[],
  { live, into }: { readonly live: number; readonly into: number },
): string {
  const count = missing.reduce((sum, { webhooks }) => sum + webhooks, 0)
  const lines = missing.slice(0, RANGES_SHOWN_MAX).map(({ partition, first, last, webhooks }) =>
    `  - raw partition ${partition}, offsets ${first} to ${last}: ${formatCount(webhooks)} webhooks`)
  const rest = missing.length > RANGES_SHOWN_MAX
    ? [`  … and ${missing.length - RANGES_SHOWN_MAX} more ranges`]
    : []
  return [
    `Generation ${into} lacks ${formatCount(count)} webhooks that generation ${live} holds, so the `
      + `views stay at ${live}:`,
    ...lines, ...rest,
    `Rebuild it from the beginning: \`wabastream replay --drop ${into}\`, then `
      + `\`wabastream replay --into ${into}\`.`,
  ].join('\n')
}

/** Rows would no longer come in. */
async function warnWithoutServices(
  admin: Pick<KafkaAdmin, 'memberCount'>,
  generation: number,
  warn: (line: string) => void,
): Promise<void> {
  for (const { group } of pipelineStages(generation)) {
    if (await admin.memberCount(group) > 0) continue
    warn(`${group} has no members: nothing new is shown until its service runs`)
  }
}
