import {
  compareGenerations,
  pointViews,
  type RawEnds,
  readComparisonScope,
} from '@wabastream/clickhouse'
import { pipelineConsumers } from '@wabastream/contracts'
import { type KafkaAdmin } from '@wabastream/kafka'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { createSteps } from '../output/steps.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { type Terminal } from '../output/terminal.ts'
import { assertGenerationExists } from './assert-generation.ts'
import { type Agreed, LIVE_BEHIND } from '../compare/agreed.ts'
import { assertReplaces } from '../compare/assert-replaces.ts'
import { type Installation } from '../installation/installation.ts'
import { describeMissingRows, type Swap } from '../compare/render-missing.ts'
import { describeInFlight } from '../compare/render-refusal.ts'
import { settleRawEnds } from './raw-ends.ts'

export interface SwapOptions {
  readonly into: number
  readonly timeoutMs: number
  readonly json: boolean
  readonly agreed: Agreed
}

/**
 * Makes analysts see another generation, in one step. It must have caught up and must say what the
 * live one says, except for agreed differences; otherwise throws an error that says what is missing
 * or differs.
 */
export async function runSwap(
  installation: Installation,
  { agreed, into, json, timeoutMs }: SwapOptions,
  terminal: Terminal,
): Promise<void> {
  const { clickhouse, dataDirectory, kafka, live, otherServers: others } = installation
  const steps = createSteps(terminal)
  if (into === live) {
    // Completes a move that was interrupted after its step.
    await pointViews({ client: clickhouse, others, generation: into })
    steps.done(`the views show generation ${into} already`)
    return
  }
  await assertGenerationExists(installation, into)
  const pair = { live, into, dataDirectory }
  const { signal } = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const [generations, caughtUp] = agreed.accepted.has(LIVE_BEHIND)
    ? [[into], `generation ${into} has caught up`]
    : [[live, into], `generations ${live} and ${into} have caught up`]
  const settle = (): Promise<RawEnds> =>
    settleRawEnds(kafka.admin, { generations, timeoutMs, signal, dataDirectory }).catch(
      (cause: unknown) => {
        throw describeUnsettled(cause, pair)
      },
    )
  const ends = await steps.run(caughtUp, settle)
  const scope = await readComparisonScope(clickhouse, { live, ends })
  const { inFlight, missing } = await steps.run(
    `generation ${into} compared with what ${live} holds`,
    async () => {
      const options = { scope, settle, accepted: agreed.accepted }
      const comparison = await compareGenerations(clickhouse, { live, other: into }, options)
      return assertReplaces(comparison, agreed, pair)
    },
  )
  if (missing.length > 0) steps.warn(describeMissingRows(missing, pair))
  if (inFlight > 0) steps.warn(describeInFlight(inFlight))
  await steps.run(`the views show generation ${into}`, () =>
    pointViews({ client: clickhouse, others, generation: into }),
  )
  await warnWithoutServices(kafka.admin, into, (line) => steps.warn(line))
  if (json)
    terminal.out(
      JSON.stringify({
        live: into,
        before: live,
        rawEnds: ends,
        missing,
        accepted: [...agreed.accepted],
        inFlight,
      }),
    )
  else {
    const drop = commandText(['replay', '--drop', String(live)], dataDirectory)
    steps.say(`\`${drop}\` stops and deletes generation ${live}`)
  }
}

function describeUnsettled(cause: unknown, { dataDirectory, into, live }: Swap): unknown {
  if (!(cause instanceof CliError) || !cause.message.startsWith(`Generation ${live} `)) return cause
  const words = ['replay', '--swap', '--into', String(into), '--accept', LIVE_BEHIND]
  return new CliError(
    `${cause.message} If it is not to catch up any more: \`${commandText(
      words,
      dataDirectory,
    )}\`. What it has not done then differs.`,
    { cause },
  )
}

/** Otherwise no more rows would come in. */
async function warnWithoutServices(
  admin: Pick<KafkaAdmin, 'memberCount'>,
  generation: number,
  warn: (line: string) => void,
): Promise<void> {
  for (const { group } of pipelineConsumers(generation)) {
    if ((await admin.memberCount(group)) > 0) continue
    warn(`${group} has no members: nothing new is shown until its service runs`)
  }
}
