import { type Delivery, type Lane } from './lane.ts'

/** So long a partition that has been read to its end may still bring something earlier. */
const LATE_MS = 300

/**
 * The delivery that was received first, of all partitions: undefined while one of them may still
 * bring an earlier one. `waitMs` is then when to ask again, if it is only for time to pass.
 */
export function nextInTime(
  lanes: readonly Lane[],
  options: { readonly nowMs: number; readonly isBehind: (lane: Lane) => boolean },
): { readonly delivery: Delivery | undefined; readonly waitMs: number | undefined } {
  const { isBehind, nowMs } = options
  let first: Delivery | undefined
  let isSomeEmpty = false
  for (const lane of lanes) {
    const delivery = lane.first()
    if (delivery === undefined) {
      // One that is full has something to send already: it holds up nobody.
      if (lane.waitingCount > 0) continue
      if (isBehind(lane)) return { delivery: undefined, waitMs: LATE_MS }
      isSomeEmpty = true
    } else if (first === undefined || isBefore(delivery, first)) first = delivery
  }
  const ageMs = first === undefined ? 0 : nowMs - first.readAtMs
  if (first !== undefined && isSomeEmpty && ageMs < LATE_MS) {
    return { delivery: undefined, waitMs: LATE_MS - ageMs }
  }
  return { delivery: first, waitMs: undefined }
}

/** Receipt ids are in the order of time (UUIDv7). */
function isBefore(one: Delivery, other: Delivery): boolean {
  if (one.receivedAt !== other.receivedAt) return one.receivedAt < other.receivedAt
  return one.webhook.receiptId < other.webhook.receiptId
}
