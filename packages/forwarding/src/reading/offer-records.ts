import { receivedAtOf } from '@wabastream/contracts'
import { type KafkaRecord } from '@wabastream/processing'
import { type Lane } from '../dispatch/lane.ts'
import { type Select } from '../selection/selection.ts'
import { toCandidate, toOutgoingWebhook } from './raw-record.ts'

/** Bodies that a partition holds in memory before it is not read for a while. */
const LANE_BYTES_MAX = 1_048_576
const LANE_RECORDS_MAX = 4_000

/** False if what waits in the lane should be sent before more is read. */
export function hasRoom(lane: Lane): boolean {
  return lane.waitingBytes < LANE_BYTES_MAX && lane.waitingCount < LANE_RECORDS_MAX
}

/** What `hasRoom` becomes again once half of it is sent, so that reading does not stutter. */
export function hasMuchRoom(lane: Lane): boolean {
  return lane.waitingBytes < LANE_BYTES_MAX / 2 && lane.waitingCount < LANE_RECORDS_MAX / 2
}

export interface OfferOptions {
  readonly select: Select
  readonly nowMs: number
  /** Of those that nothing is sent for. */
  readonly onSkipped: (settlement: 'unselected' | 'absent') => void
}

/** Puts records of the raw topic into their lane, from `from` to before `to`, copies of them. */
export function offerRecords(
  lane: Lane,
  records: Iterable<KafkaRecord>,
  range: OfferOptions & { readonly from: number; readonly to: number },
): void {
  let expected = range.from
  for (const record of records) {
    if (record.offset < expected) continue
    if (record.offset >= range.to) break
    for (; expected < record.offset; expected += 1) skip(lane, expected, 'absent', range)
    expected = record.offset + 1
    if (!lane.ledger.isSettled(record.offset)) offerRecord(lane, record, range)
  }
  for (; expected < range.to; expected += 1) skip(lane, expected, 'absent', range)
}

function offerRecord(lane: Lane, record: KafkaRecord, options: OfferOptions): void {
  const { nowMs, select } = options
  const { offset } = record
  const candidate = toCandidate(record)
  if (candidate === null) {
    skip(lane, offset, 'absent', options)
    return
  }
  const { body, channel } = candidate
  const selected = select(candidate)
  if (selected === undefined) {
    skip(lane, offset, 'unselected', options)
    return
  }
  lane.add({
    lane,
    offset,
    channel,
    receivedAt: receivedAtOf(record).receivedAt,
    webhook: toOutgoingWebhook(record, {
      partition: lane.partition,
      body: Buffer.from(body),
    }),
    numbers: selected.numbers,
    readAtMs: nowMs,
    tries: 0,
    refusals: 0,
    failures: 0,
    acceptedBefore: 0,
  })
}

function skip(
  lane: Lane,
  offset: number,
  ...[settlement, { onSkipped }]: readonly ['unselected' | 'absent', OfferOptions]
): void {
  if (lane.ledger.isSettled(offset)) return
  onSkipped(settlement)
  lane.skip(offset, settlement)
}
