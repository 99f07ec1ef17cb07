import { type Customer } from './customers.ts'
import { cloudMessageId, groupId, toTimestamp } from './ids.ts'
import { textContent } from './message-contents.ts'
import { billingFields } from './outbound.ts'
import { type Scenario, type Scene, toOccurrence, toParcel } from './scenario.ts'
import { type JsonObject, type Parcel } from './traffic.ts'

export interface GroupMessage {
  readonly messageId: string
  readonly group: string
}

function participantFields(participant: Customer): JsonObject {
  return {
    recipient_participant_id: participant.waId,
    ...(participant.userId === null ? {} : { recipient_participant_user_id: participant.userId }),
    ...(participant.parentUserId === null
      ? {}
      : { recipient_participant_parent_user_id: participant.parentUserId }),
  }
}

/** Statuses of one group message come together: one word, many participants. */
function groupStatuses(
  scene: Scene,
  message: GroupMessage,
  step: { readonly status: string; readonly atMs: number; readonly readers: readonly Customer[] },
): Parcel {
  const occurrences = step.readers.map((participant) => {
    const item = {
      id: message.messageId,
      status: step.status,
      timestamp: toTimestamp(step.atMs),
      recipient_id: message.group,
      recipient_type: 'group',
      ...participantFields(participant),
      ...(step.status === 'delivered' ? billingFields(scene, 1) : {}),
    }
    return toOccurrence(scene, { field: 'messages', list: 'statuses', item, contact: null })
  })
  return { channel: scene.channel.name, atMs: step.atMs + 400, occurrences }
}

function groupAnswer(scene: Scene, message: GroupMessage, atMs: number): Parcel {
  const { random, customer } = scene
  const item = {
    from: customer.waId,
    group_id: message.group,
    id: cloudMessageId(random, customer.waId, 'inbound'),
    timestamp: toTimestamp(atMs),
    context: { from: scene.number.displayNumber, id: message.messageId },
    ...textContent(random),
  }
  return toParcel(scene, atMs + 500, { list: 'messages', item, withContact: true })
}

/** A message to a group: one ladder for the message, one for each participant. */
export const groupScenario: Scenario = function groupScenario(scene) {
  const { random } = scene
  return tellGroup(scene, {
    messageId: cloudMessageId(random, random.digits(11), 'outbound'),
    group: groupId(random, scene.number.numberId),
  })
}

/** What becomes of a message to a group. */
export function tellGroup(scene: Scene, message: GroupMessage): readonly Parcel[] {
  const { random, customers, startMs } = scene
  const sentMs = startMs + random.int(300, 2_000)
  const deliveredMs = sentMs + random.logNormalMs({ medianMs: 3_000, sigma: 0.8 })
  const readMs = deliveredMs + random.logNormalMs({ medianMs: 5 * 60_000, sigma: 1 })
  const sent = {
    id: message.messageId,
    status: 'sent',
    timestamp: toTimestamp(sentMs),
    recipient_id: message.group,
    recipient_type: 'group',
    ...billingFields(scene, 0),
  }
  const readers = customers.filter(() => random.chance(0.7))
  const parcels = [
    toParcel(scene, sentMs + 300, { list: 'statuses', item: sent }),
    groupStatuses(scene, message, { status: 'delivered', atMs: deliveredMs, readers: customers }),
  ]
  if (readers.length > 0) {
    parcels.push(groupStatuses(scene, message, { status: 'read', atMs: readMs, readers }))
  }
  return random.chance(0.3) ? [...parcels, groupAnswer(scene, message, readMs + 45_000)] : parcels
}
