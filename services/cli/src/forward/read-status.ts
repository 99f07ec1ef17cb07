import { FORWARDER_GROUPS, forwarderGroup, receivedAtOf } from '@wabastream/contracts'
import {
  type Control,
  differenceOf,
  Ledger,
  type Settlement,
  settlements,
  type Tally,
} from '@wabastream/forwarding'
import { type KafkaClient, type Offsets, toKafkaRecord } from '@wabastream/kafka'
import { RAW_TOPIC } from './forwarding.ts'

/** What a destination has been done with, according to what its group keeps. */
export interface DestinationStatus {
  readonly destination: string
  /** `unread`: no forwarder reads for it now. `new`: it has not begun. */
  readonly state: 'reading' | 'paused' | 'unread' | 'new'
  readonly tally: Tally
  /** Records of the raw topic that it is not done with. */
  readonly pending: number
  /** Age of the oldest of them; 0 if there is none, null if it is gone from the topic. */
  readonly oldestPendingMs: number | null
  /** Records that were gone from the raw topic before they were sent. */
  readonly lost: number
  /** Offsets that counts and positions disagree about; 0 is right. */
  readonly difference: number
  /** The raw topic still holds everything since it began. */
  readonly isWhole: boolean
}

const NOTHING: Tally = { acknowledged: 0, refused: 0, unselected: 0, absent: 0 }

/** Every destination that is configured or that Kafka knows of, by name. */
export async function readStatus(
  kafka: KafkaClient,
  options: {
    readonly control: Control
    readonly configured: readonly string[]
    readonly nowMs: number
  },
): Promise<readonly DestinationStatus[]> {
  const groups = await kafka.admin.groupIds(FORWARDER_GROUPS)
  const known = groups.map((group) => group.slice(FORWARDER_GROUPS.length))
  // The groups of replays have a further part.
  const names = [...options.configured, ...options.control.starts.keys(), ...known].filter(
    (name) => !name.includes('.'),
  )
  if (names.length === 0) return []
  const log = {
    starts: await kafka.admin.startOffsets(RAW_TOPIC),
    ends: await kafka.admin.endOffsets(RAW_TOPIC),
  }
  const statuses: DestinationStatus[] = []
  for (const name of [...new Set(names)].toSorted()) {
    statuses.push(await readOne(kafka, name, { ...options, log }))
  }
  return statuses
}

interface Known {
  readonly control: Control
  readonly nowMs: number
  readonly log: { readonly starts: Offsets; readonly ends: Offsets }
}

async function readOne(
  kafka: KafkaClient,
  destination: string,
  { control, log, nowMs }: Known,
): Promise<DestinationStatus> {
  const ledgers = await readLedgers(kafka, destination, { control, ends: log.ends })
  const left = [...ledgers].flatMap(([partition, ledger]) => {
    const end = log.ends.get(partition) ?? ledger.low
    const pending = ledger.pendingBefore(end)
    // Offsets of the raw topic have no gaps: one without a record is gone.
    const { absent } = ledger.tally()
    const lost = absent + Math.max(0, (log.starts.get(partition) ?? 0) - ledger.low)
    return [{ partition, low: ledger.low, pending, lost }]
  })
  const waiting = left.filter(({ pending }) => pending > 0)
  const isRead = (await kafka.admin.memberCount(forwarderGroup(destination))) > 0
  return {
    destination,
    state: stateOf({
      isRead,
      isPaused: control.pauses.has(destination),
      hasBegun: ledgers.size > 0,
    }),
    tally: addAll([...ledgers.values()].map((ledger) => ledger.tally())),
    pending: sum(left.map(({ pending }) => pending)),
    oldestPendingMs: await readOldest(kafka, waiting, nowMs),
    lost: sum(left.map(({ lost }) => lost)),
    isWhole: [...ledgers].every(
      ([partition, { start }]) => (log.starts.get(partition) ?? 0) <= start,
    ),
    difference: sum([...ledgers.values()].map((ledger) => Math.abs(differenceOf(ledger)))),
  }
}

/**
 * By partition; none if the destination has not begun. A partition that has committed nothing
 * stands where the destination began, one that was added since at its first record.
 */
export async function readLedgers(
  kafka: KafkaClient,
  destination: string,
  { control, ends }: { readonly control: Control; readonly ends: Offsets },
): Promise<ReadonlyMap<number, Ledger>> {
  const committed = await kafka.admin.committedPositions(forwarderGroup(destination), RAW_TOPIC)
  const begun = control.starts.get(destination)?.offsets ?? new Map<number, number>()
  if (committed.length + begun.size === 0) return new Map()
  return new Map([
    ...[...ends.keys()].map((partition) => [partition, Ledger.begin(0)] as const),
    ...[...begun].map(([partition, offset]) => [partition, Ledger.begin(offset)] as const),
    ...committed.map((position) => [position.partition, Ledger.from(position)] as const),
  ])
}

function stateOf(given: {
  readonly isRead: boolean
  readonly isPaused: boolean
  readonly hasBegun: boolean
}): DestinationStatus['state'] {
  if (given.isPaused) return 'paused'
  if (given.isRead) return 'reading'
  return given.hasBegun ? 'unread' : 'new'
}

async function readOldest(
  kafka: KafkaClient,
  waiting: readonly { readonly partition: number; readonly low: number }[],
  nowMs: number,
): Promise<number | null> {
  if (waiting.length === 0) return 0
  const firsts = await Promise.all(
    waiting.map(({ low, partition }) =>
      kafka.readRecord({ topic: RAW_TOPIC, partition, offset: low }),
    ),
  )
  const received = firsts.flatMap((record) =>
    record === null ? [] : [receivedAtOf(toKafkaRecord(record)).receivedAt],
  )
  return received.length === 0 ? null : Math.max(0, nowMs - Math.min(...received))
}

function addAll(tallies: readonly Tally[]): Tally {
  const total: Record<Settlement, number> = { ...NOTHING }
  for (const tally of tallies) for (const key of settlements) total[key] += tally[key]
  return total
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
