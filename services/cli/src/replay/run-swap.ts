import { type ClickHouse, pointViews } from '@wabastream/clickhouse'
import { type KafkaAdmin } from '@wabastream/kafka'
import { CliError } from '../cli-error.ts'
import { readTableDays } from '../query/table-days.ts'
import { commandText } from '../render/command-text.ts'
import { createSteps } from '../start/steps.ts'
import { watchStopSignal } from '../start/stop-signal.ts'
import { type Terminal } from '../terminal.ts'
import { pipelineStages } from '../traffic/settle.ts'
import { assertGenerationExists } from './assert-generation.ts'
import { findMissingRanges } from './coverage.ts'
import { type Installation } from './installation.ts'
import { findMissingRows } from './missing-rows.ts'
import { type MissingRows, type Scope } from './missing-timelines.ts'
import { settleRawEnds } from './raw-ends.ts'
import {
  countMissing, describeMissing, describeMissingRows, describeRefusal,
} from './render-missing.ts'

/** As good as for ever, and no day before 1970. */
const RETENTION_DAYS_MAX = 20_000

export interface SwapOptions {
  readonly into: number
  readonly timeoutMs: number
  readonly json: boolean
  /** So many rows may be missing. */
  readonly missingMax: number
}

/**
 * Makes analysts see another generation, in one step. Throws, naming what is missing, unless it
 * has caught up and holds every verdict, event and timeline that the live one holds; some events
 * and timelines may be missing where it was so agreed.
 */
export async function runSwap(
  installation: Installation,
  { into, json, missingMax, timeoutMs }: SwapOptions,
  terminal: Terminal,
): Promise<void> {
  const { clickhouse, dataDirectory, kafka, live } = installation
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
  const retentionDays = await readTableDays(clickhouse, live) ?? RETENTION_DAYS_MAX
  const pair = { live, into }
  const accepted = await steps.run(`generation ${into} compared with what ${live} holds`, () =>
    assertCovers(clickhouse, pair, { ends, retentionDays, missingMax }))
  if (accepted.length > 0) steps.warn(describeMissingRows(accepted, pair))
  await steps.run(`the views show generation ${into}`, () =>
    pointViews({ client: clickhouse, generation: into }))
  await warnWithoutServices(kafka.admin, into, (line) => steps.warn(line))
  if (json) terminal.out(JSON.stringify({
    live: into, before: live, rawEnds: ends, missing: accepted,
  }))
  else {
    const drop = commandText(['replay', '--drop', String(live)], dataDirectory)
    steps.say(`\`${drop}\` stops and deletes generation ${live}`)
  }
}

/**
 * Throws, naming what is missing, unless `into` holds all that `live` holds, but for as many rows as
 * may be missing; resolves with these. No verdict may be.
 */
export async function assertCovers(
  clickhouse: ClickHouse,
  { live, into }: { readonly live: number; readonly into: number },
  scope: Scope & { readonly missingMax: number },
): Promise<readonly MissingRows[]> {
  const pair = { live, other: into }
  const ranges = await findMissingRanges(clickhouse, pair, scope)
  if (ranges.length > 0) throw new CliError(describeMissing(ranges, { live, into }))
  const missing = await findMissingRows(clickhouse, pair, scope)
  if (countMissing(missing) <= scope.missingMax) return missing
  throw new CliError(describeRefusal(missing, { live, into }))
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
