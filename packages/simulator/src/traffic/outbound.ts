import { recipientFields, toContact } from './customers.ts'
import { errorItem, failureCodes } from './error-items.ts'
import { toTimestamp } from './ids.ts'
import { replyTo } from './inbound.ts'
import { newMessageId, type Scenario, type Scene, toOccurrence } from './scenario.ts'
import { type JsonObject, type Parcel } from './traffic.ts'

/** One step of a message: a status word and when it happened. */
export interface Step {
  readonly status: string
  readonly atMs: number
}

const categories = { marketing: 4, utility: 4, authentication: 2, service: 2 }

/** What follows `sent`: delivered, perhaps read, perhaps played; each may be missing. */
function reachSteps(scene: Scene, sentMs: number): Step[] {
  const { random } = scene
  // One phone in twelve is off for hours.
  const shape = random.chance(0.08)
    ? { medianMs: 3 * 3_600_000, sigma: 1 }
    : { medianMs: 2_500, sigma: 1 }
  const deliveredMs = sentMs + random.logNormalMs(shape)
  const readMs = deliveredMs + random.logNormalMs({ medianMs: 4 * 60_000, sigma: 1.5 })
  const isRead = random.chance(0.65)
  // In an open chat, only read is reported.
  const steps: Step[] =
    isRead && random.chance(0.08) ? [] : [{ status: 'delivered', atMs: deliveredMs }]
  if (isRead) steps.push({ status: 'read', atMs: readMs })
  if (isRead && random.chance(0.06)) {
    const playedMs = readMs + random.logNormalMs({ medianMs: 20_000, sigma: 1 })
    steps.push({ status: 'played', atMs: playedMs })
  }
  return steps
}

function planSteps(scene: Scene): Step[] {
  const { random, startMs } = scene
  const sentMs = startMs + random.logNormalMs({ medianMs: 900, sigma: 0.6 })
  const sent: Step = { status: 'sent', atMs: sentMs }
  const failedMs = sentMs + random.logNormalMs({ medianMs: 5_000, sigma: 1.2 })
  const failed: Step = { status: 'failed', atMs: failedMs }
  const fate = random.weighted({
    reaches: 89,
    silent: 5,
    refused: 2.5,
    failsLater: 1.5,
    conflicts: 0.5,
    unsent: 1,
    warned: 0.3,
    unknown: 0.2,
  })
  switch (fate) {
    case 'reaches':
      return [sent, ...reachSteps(scene, sentMs)]
    case 'silent':
      return [sent]
    case 'refused':
      return [failed]
    case 'failsLater':
      return [sent, failed]
    case 'conflicts':
      return [sent, failed, { status: 'delivered', atMs: failedMs + 3_000 }]
    case 'unsent':
      return reachSteps(scene, sentMs)
    case 'warned':
      return [sent, { status: 'warning', atMs: sentMs }, ...reachSteps(scene, sentMs)]
    case 'unknown':
      return [sent, { status: 'in_transit', atMs: sentMs + 1_000 }, ...reachSteps(scene, sentMs)]
  }
}

/** Pricing comes with `sent` and with one of `delivered` and `read`. */
export function billingFields(scene: Scene, index: number): JsonObject {
  const { random, channel } = scene
  if (index > 1) return {}
  const category = random.fork('category').weighted(categories)
  if (channel.dialect === 'flat') {
    return {
      conversation: { id: random.fork('conversation').hex(32), origin: { type: category } },
      pricing: { pricing_model: 'CBP', billable: true, category },
    }
  }
  const type = category === 'service' ? 'free_customer_service' : 'regular'
  return { pricing: { billable: type === 'regular', pricing_model: 'PMP', type, category } }
}

function errorsOf(scene: Scene, status: string): JsonObject {
  switch (status) {
    case 'failed':
      return { errors: [errorItem(scene, scene.random.fork('failure').pick(failureCodes))] }
    case 'warning':
      return { errors: [errorItem(scene, { code: 2026, title: 'Some products were not sent' })] }
    default:
      return {}
  }
}

function callbackFields({ random }: Scene): JsonObject {
  return random.fork('callback').chance(0.3)
    ? { biz_opaque_callback_data: `campaign=${random.fork('campaign').int(1, 40)}` }
    : {}
}

function statusItem(scene: Scene, message: OutboundMessage, step: Step, index: number): JsonObject {
  return {
    id: message.messageId,
    status: step.status,
    timestamp: toTimestamp(step.atMs),
    ...recipientFields(scene.customer),
    ...errorsOf(scene, step.status),
    ...(step.status === 'failed' ? {} : billingFields(scene, index)),
    ...message.callbackFields,
  }
}

/** A message that a business has sent. */
export interface OutboundMessage {
  readonly messageId: string
  /** What the business wants to have back with every status. */
  readonly callbackFields: JsonObject
}

/** What becomes of a message: its statuses, and perhaps an answer. */
export function tellOutbound(scene: Scene, message: OutboundMessage): readonly Parcel[] {
  const steps = planSteps(scene)
  const parcels: Parcel[] = steps.map((step, index) => {
    const withContact = scene.customer.userId !== null && step.status !== 'failed'
    const item = statusItem(scene, message, step, index)
    const contact = withContact ? toContact(scene.customer) : null
    return {
      channel: scene.channel.name,
      atMs: step.atMs + scene.random.int(50, 900),
      occurrences: [toOccurrence(scene, { field: 'messages', list: 'statuses', item, contact })],
    }
  })
  const read = steps.find((step) => step.status === 'read')
  if (read === undefined) return parcels
  return [...parcels, ...replyTo(scene, message.messageId, read.atMs)]
}

/** A template or text from the business, and what becomes of it. */
export const outboundScenario: Scenario = function outboundScenario(scene) {
  const messageId = newMessageId(scene, 'outbound')
  return tellOutbound(scene, { messageId, callbackFields: callbackFields(scene) })
}
