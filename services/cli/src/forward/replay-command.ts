import {
  createSelect,
  type Destination,
  type Replay,
  toCandidate,
  toReplayRecord,
} from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { Command, InvalidArgumentError } from 'commander'
import { findDestination } from '../installation/destinations.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { CliError } from '../output/cli-error.ts'
import { formatCount, formatTime } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { RAW_TOPIC, readControl, withKafka, writeControl } from './forwarding.ts'
import { planReplay, replayIdOf } from './plan-replay.ts'
import { createReplayBar } from './replay-bar.ts'
import { type NotAccepted, replayGroup, type ReplayProgress, runReplay } from './replay-run.ts'
import { narrow, type ReplayFilter } from './select-replay.ts'

interface ReplayFlags {
  readonly data: string
  readonly json?: boolean
  readonly from?: number | null
  readonly to?: number
  readonly number?: string
  readonly message?: string
  readonly rate: number
  readonly dryRun?: boolean
}

const RATE_MAX = 100_000
const RATE = 100
const LISTED_MAX = 20

function parseFrom(text: string): number | null {
  return text === 'beginning' ? null : parseTimeOption(text)
}

function parseRate(text: string): number {
  const rate = Number(text)
  if (Number.isInteger(rate) && rate >= 1 && rate <= RATE_MAX) return rate
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${RATE_MAX}.`)
}

async function replay(name: string, flags: ReplayFlags, terminal: Terminal): Promise<void> {
  const { from, message, number, to } = flags
  if (from === undefined && message === undefined) {
    throw new CliError('Name a time with --from, or a message with --message.', { exitCode: 2 })
  }
  const destination = await findDestination(flags.data, name)
  const range = { fromMs: from ?? null, toMs: to ?? null }
  const filter = { message, number }
  await withKafka(flags.data, async (kafka) => {
    const id = replayIdOf(name, { ...range, ...filter })
    const kept = (await readControl(kafka)).replays.get(`${name}/${id}`)
    const plan = kept ?? (await planReplay(kafka.admin, { destination: name, id, range }))
    const job = { kafka, destination, plan, filter, flags, terminal }
    if (flags.dryRun === true) return dryRun(job)
    if (kept === undefined) await writeControl(kafka, [toReplayRecord(plan, false)])
    else terminal.note(`going on with replay ${id}, begun at ${formatTime(kept.atMs)}`)
    await send(job)
  })
}

interface Job {
  readonly kafka: KafkaClient
  readonly destination: Destination
  readonly plan: Replay
  readonly filter: ReplayFilter
  readonly flags: ReplayFlags
  readonly terminal: Terminal
}

async function send({ destination, filter, flags, kafka, plan, terminal }: Job): Promise<void> {
  const { signal } = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const total = [...plan.to].reduce((sum, [at, to]) => sum + to - (plan.from.get(at) ?? to), 0)
  const bar = createReplayBar(terminal, total)
  const { notAccepted, progress } = await runReplay({
    kafka,
    destination,
    replay: plan,
    filter,
    ratePerSecond: flags.rate,
    signal,
    onProgress: (now) => bar.update(now),
  }).finally(() => bar.stop())
  const isOver = progress.done >= progress.total
  if (isOver) {
    await kafka.admin.deleteGroups([replayGroup(plan)])
    await writeControl(kafka, [toReplayRecord(plan, true)])
  }
  terminal.out(
    flags.json === true
      ? JSON.stringify({ id: plan.id, isOver, ...progress, notAccepted })
      : render(destination.name, { progress, notAccepted, isOver }),
  )
  if (!isOver || progress.refused > 0) process.exitCode = 1
}

function render(
  name: string,
  given: {
    readonly progress: ReplayProgress
    readonly notAccepted: readonly NotAccepted[]
    readonly isOver: boolean
  },
): string {
  const { isOver, notAccepted, progress } = given
  const { acknowledged, done, gone, refused, total, unselected } = progress
  const listed = notAccepted
    .slice(0, LISTED_MAX)
    .map(
      ({ detail, offset, partition, receiptId }) =>
        `  ${partition}/${offset}  ${receiptId}  ${detail}`,
    )
  return [
    [
      `${name} accepted ${formatCount(acknowledged)}`,
      ...(refused > 0 ? [`refused ${formatCount(refused)}`] : []),
      ...(gone > 0 ? [`${formatCount(gone)} are no longer in Kafka`] : []),
      `${formatCount(unselected)} of the range were not for it`,
    ].join(', '),
    ...listed,
    ...(isOver
      ? []
      : [`${formatCount(total - done)} are left: repeat the command, and it goes on from here`]),
  ].join('\n')
}

async function dryRun({ destination, filter, flags, kafka, plan, terminal }: Job): Promise<void> {
  const select = narrow(createSelect(destination), filter)
  const reader = kafka.partitionReader()
  let selected = 0
  let records = 0
  for (const [partition, offset] of plan.from) {
    const to = plan.to.get(partition) ?? offset
    if (to <= offset) continue
    const count = (batch: Parameters<Parameters<typeof reader.readToEnd>[1]>[0]): void => {
      for (const record of batch.records) {
        if (record.offset >= to) break
        const candidate = toCandidate(record)
        records += 1
        if (candidate !== null && select(candidate) !== undefined) selected += 1
      }
    }
    await reader.readToEnd({ topic: RAW_TOPIC, partition, offset }, count, to)
  }
  terminal.out(
    flags.json === true
      ? JSON.stringify({ isDryRun: true, records, selected })
      : `would send ${formatCount(selected)} of ${formatCount(records)} webhooks to ` +
          `${destination.name}; nothing was sent`,
  )
}

export function createForwardReplayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description('send a range of webhooks to a destination again, beside the live stream')
    .argument('<destination>', 'its name in the file of destinations')
    .option(
      '--from <time>',
      'webhooks stored at this time or later, or beginning for all that Kafka has',
      parseFrom,
    )
    .option('--to <time>', 'webhooks stored before this time (default: now)', parseTimeOption)
    .option('--number <id>', 'only those about this business number')
    .option('--message <id>', 'only those that name this message')
    .option('--rate <webhooks>', 'webhooks per second', parseRate, RATE)
    .option('--dry-run', 'count what would be sent, and send nothing')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The destination's own filter holds as well. Each request bears x-wabastream-replay beside the
receipt id. What is stopped goes on when the same command is given again. Exit code 1: something was
refused, or is left.`,
    )
    .action((name: string, flags: ReplayFlags) => replay(name, flags, terminal))
}
