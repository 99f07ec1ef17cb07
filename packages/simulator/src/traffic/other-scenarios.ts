import { recipientFields, toContact } from './customers.ts'
import { errorItem, outOfBandCodes } from './error-items.ts'
import { cloudMessageId, toTimestamp } from './ids.ts'
import { textContent } from './message-contents.ts'
import { newMessageId, type Scenario, type Scene, toFieldParcel, toParcel } from './scenario.ts'
import { type JsonObject } from './traffic.ts'

export function metadataOf(scene: Pick<Scene, 'number'>): JsonObject {
  return {
    display_phone_number: scene.number.displayNumber,
    phone_number_id: scene.number.numberId,
  }
}

/** The business writes from its phone app; statuses of that message may follow. */
export const echoScenario: Scenario = function echoScenario(scene) {
  const { random, customer, number, startMs } = scene
  const id = newMessageId(scene, 'outbound')
  const echo = {
    from: number.displayNumber,
    to: customer.waId,
    id,
    timestamp: toTimestamp(startMs),
    ...textContent(random),
  }
  const value = {
    messaging_product: 'whatsapp',
    metadata: metadataOf(scene),
    message_echoes: [echo],
  }
  const parcels = [toFieldParcel(scene, startMs + 400, { field: 'smb_message_echoes', value })]
  if (!random.chance(0.6)) return parcels
  const atMs = startMs + random.logNormalMs({ medianMs: 3_000, sigma: 1 })
  const item = {
    id,
    status: 'delivered',
    timestamp: toTimestamp(atMs),
    ...recipientFields(customer),
  }
  return [...parcels, toParcel(scene, atMs + 300, { list: 'statuses', item })]
}

/** An error that belongs to no message. */
export const errorScenario: Scenario = function errorScenario(scene) {
  const item = errorItem(scene, scene.random.pick(outOfBandCodes))
  return [toParcel(scene, scene.startMs, { list: 'errors', item })]
}

/** A request to pay, settled or not: payment words share `failed` with the delivery ladder. */
export const paymentScenario: Scenario = function paymentScenario(scene) {
  const { random, customer, startMs } = scene
  const id = newMessageId(scene, 'outbound')
  const payment = {
    reference_id: `order-${random.int(1, 99_999)}`,
    amount: { value: random.int(1_000, 90_000), offset: 100 },
    currency: 'INR',
    transaction: { id: `order_${random.hex(12)}`, type: 'razorpay', status: 'pending' },
  }
  const end = random.pick(['captured', 'captured', 'failed'])
  const steps = [
    { type: 'message', status: 'sent', atMs: startMs },
    { type: 'message', status: 'delivered', atMs: startMs + random.int(1_000, 9_000) },
    { type: 'payment', status: 'pending', atMs: startMs + random.int(30_000, 60_000) },
    { type: 'payment', status: end, atMs: startMs + random.int(61_000, 300_000) },
  ]
  return steps.map(({ type, status, atMs }) => {
    const item = {
      id,
      status,
      timestamp: toTimestamp(atMs),
      ...recipientFields(customer),
      ...(type === 'payment' ? { type, payment } : {}),
    }
    return toParcel(scene, atMs + random.int(100, 900), { list: 'statuses', item })
  })
}

/** A call has `statuses` of its own, under its own field. */
export const callScenario: Scenario = function callScenario(scene) {
  const { random, customer, number, startMs } = scene
  const id = `wacid.${random.hex(32)}`
  const base = { messaging_product: 'whatsapp', metadata: metadataOf(scene) }
  const connect = {
    id,
    to: number.displayNumber,
    from: customer.waId,
    event: 'connect',
    timestamp: toTimestamp(startMs),
    direction: 'USER_INITIATED',
    session: { sdp_type: 'offer', sdp: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' },
  }
  const seconds = random.int(5, 900)
  const endMs = startMs + seconds * 1_000
  const status = {
    id,
    type: 'call',
    status: random.pick(['RINGING', 'ACCEPTED', 'REJECTED']),
    timestamp: toTimestamp(startMs + 1_000),
    recipient_id: customer.waId,
  }
  const terminate = {
    id,
    to: number.displayNumber,
    from: customer.waId,
    event: 'terminate',
    duration: seconds,
    direction: 'USER_INITIATED',
    timestamp: toTimestamp(endMs),
    status: 'COMPLETED',
  }
  const contacts = [toContact(customer)]
  const field = 'calls'
  return [
    toFieldParcel(scene, startMs, { field, value: { ...base, contacts, calls: [connect] } }),
    toFieldParcel(scene, startMs + 1_100, { field, value: { ...base, statuses: [status] } }),
    toFieldParcel(scene, endMs, { field, value: { ...base, contacts, calls: [terminate] } }),
  ]
}

/** A phone joins: chunks of old conversations, not in order. */
export const historyScenario: Scenario = function historyScenario(scene) {
  const { random, customer, number, startMs } = scene
  const threads = Array.from({ length: random.int(1, 3) }, () => ({
    id: customer.waId,
    messages: Array.from({ length: random.int(1, 12) }, () => {
      const outbound = random.chance(0.5)
      return {
        from: outbound ? number.displayNumber : customer.waId,
        ...(outbound ? { to: customer.waId } : {}),
        id: cloudMessageId(random, customer.waId, outbound ? 'outbound' : 'inbound'),
        timestamp: toTimestamp(startMs - random.int(1, 120) * 86_400_000),
        ...textContent(random),
        history_context: { status: random.pick(['READ', 'DELIVERED', 'SENT', 'PLAYED']) },
      }
    }),
  }))
  const metadata = { phase: random.int(0, 2), chunk_order: random.int(1, 9), progress: 55 }
  const value = {
    messaging_product: 'whatsapp',
    metadata: metadataOf(scene),
    history: [{ metadata, threads }],
  }
  return [toFieldParcel(scene, startMs, { field: 'history', value })]
}
