import { forwarderGroup } from '@wabastream/contracts'
import {
  type Beginning,
  DESTINATION_NAME,
  Ledger,
  readBeginning,
  type Start,
  toPauseRecord,
  toReplayRecord,
  toStartRecord,
} from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { CliError } from '../output/cli-error.ts'
import { formatCount } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { RAW_TOPIC, readControl, writeControl } from './forwarding.ts'

/** Where a new destination begins, before a forwarder has met it. */
export async function begin(
  kafka: KafkaClient,
  { from, isAgain, name }: { readonly name: string; readonly from: Beginning; isAgain: boolean },
  terminal: Terminal,
): Promise<void> {
  if (!DESTINATION_NAME.test(name)) {
    throw new CliError(`${name} can't be the name of a destination.`, { exitCode: 2 })
  }
  const group = forwarderGroup(name)
  await assertUnread(kafka, name, 'begin anew')
  const committed = await kafka.admin.committedPositions(group, RAW_TOPIC)
  if (committed.length > 0 && !isAgain) {
    throw new CliError(
      `${name} has begun already; with --again it forgets what it was done with, and begins anew.`,
    )
  }
  const offsets = await readBeginning(kafka.admin, RAW_TOPIC, from)
  const start: Start = { from, atMs: Date.now(), offsets }
  // The first one holds, so a former one is taken back.
  await writeControl(kafka, [toStartRecord(name, null), toStartRecord(name, start)])
  await kafka.admin.setPositions(
    group,
    [...offsets].map(([partition, offset]) => ({
      topic: RAW_TOPIC,
      partition,
      ...Ledger.begin(offset).position(),
    })),
  )
  const ends = await kafka.admin.endOffsets(RAW_TOPIC)
  const waiting = [...ends].reduce(
    (sum, [partition, end]) => sum + end - (offsets.get(partition) ?? end),
    0,
  )
  terminal.out(`${name} begins; ${formatCount(waiting)} webhooks wait for it`)
}

export async function setPaused(
  kafka: KafkaClient,
  { isPaused, name }: { readonly name: string; readonly isPaused: boolean },
  terminal: Terminal,
): Promise<void> {
  const { pauses, starts } = await readControl(kafka)
  if (!starts.has(name)) throw unknown(name)
  if (pauses.has(name) === isPaused) {
    terminal.out(`${name} is ${isPaused ? 'paused' : 'not paused'} already`)
    return
  }
  await writeControl(kafka, [toPauseRecord(name, isPaused ? { atMs: Date.now() } : null)])
  terminal.out(
    isPaused
      ? `${name} is paused: what comes in waits for it, as long as the raw topic keeps it`
      : `${name} goes on`,
  )
}

/** Deletes everything that Kafka keeps of a destination. */
export async function remove(kafka: KafkaClient, name: string, terminal: Terminal): Promise<void> {
  await assertUnread(kafka, name, 'remove it')
  const group = forwarderGroup(name)
  const replays = await kafka.admin.groupIds(`${group}.`)
  const deleted = await kafka.admin.deleteGroups([group, ...replays])
  const { pauses, replays: plans, starts } = await readControl(kafka)
  const kept = [...plans.values()].filter(({ destination }) => destination === name)
  if (deleted.length === 0 && !starts.has(name) && !pauses.has(name)) throw unknown(name)
  await writeControl(kafka, [
    toStartRecord(name, null),
    toPauseRecord(name, null),
    ...kept.map((replay) => toReplayRecord(replay, true)),
  ])
  terminal.out(`${name} is removed`)
}

/** While a forwarder reads for it, the group would be made again at once. */
async function assertUnread(kafka: KafkaClient, name: string, what: string): Promise<void> {
  const members = await kafka.admin.memberCount(forwarderGroup(name))
  if (members === 0) return
  throw new CliError(
    `A forwarder reads for ${name}: to ${what}, take it out of the file of destinations and ` +
      'restart the forwarder first.',
  )
}

function unknown(name: string): CliError {
  return new CliError(
    `Nothing is known of a destination ${name}: \`wabastream forward status\` names those that ` +
      'have begun.',
    { exitCode: 2 },
  )
}
