import { senderFields } from './customers.ts'
import { toTimestamp } from './ids.ts'
import { pickContent, textContent } from './message-contents.ts'
import { newMessageId, type Scenario, type Scene, toParcel } from './scenario.ts'
import { type JsonObject, type Parcel } from './traffic.ts'

const DAY_MS = 86_400_000

export interface InboundMessage {
  readonly messageId: string
  readonly atMs: number
  readonly content: JsonObject
}

/** A message from a customer. */
export function messageParcel(scene: Scene, { messageId, atMs, content }: InboundMessage): Parcel {
  const item = {
    ...senderFields(scene.customer),
    id: messageId,
    timestamp: toTimestamp(atMs),
    ...content,
  }
  const withContact = content['type'] !== 'system'
  const readyMs = atMs + scene.random.int(80, 1_200)
  return toParcel(scene, readyMs, { list: 'messages', item, withContact })
}

/** Sometimes the customer answers or reacts to what was read. */
export function replyTo(scene: Scene, targetId: string, readMs: number): readonly Parcel[] {
  const { random, number } = scene
  const atMs = readMs + random.logNormalMs({ medianMs: 60_000, sigma: 1 })
  const answer = random.weighted({ nothing: 75, reply: 17, reaction: 6, takenBack: 2 })
  const reactionAt = (ms: number, emoji: string | null): Parcel =>
    messageParcel(scene, {
      messageId: newMessageId(scene, 'inbound'),
      atMs: ms,
      content: {
        type: 'reaction',
        reaction: { message_id: targetId, ...(emoji === null ? {} : { emoji }) },
      },
    })
  switch (answer) {
    case 'nothing':
      return []
    case 'reply': {
      const context = { from: number.displayNumber, id: targetId }
      const content = { context, ...pickContent(scene) }
      return [messageParcel(scene, { messageId: newMessageId(scene, 'inbound'), atMs, content })]
    }
    case 'reaction':
      return [reactionAt(atMs, random.pick(['👍', '❤️', '😂', '🙏']))]
    case 'takenBack':
      return [reactionAt(atMs, '👍'), reactionAt(atMs + 4_000, null)]
  }
}

/** Only for coexistence numbers: the customer edits or deletes a message. */
function afterthoughts(scene: Scene, original: InboundMessage): readonly Parcel[] {
  const { random } = scene
  const atMs = original.atMs + random.logNormalMs({ medianMs: 90_000, sigma: 0.8 })
  const target = { original_message_id: original.messageId }
  const messageId = newMessageId(scene, 'inbound')
  switch (random.weighted({ none: 90, edited: 6, revoked: 4 })) {
    case 'none':
      return []
    case 'edited': {
      const edit = { ...target, message: { ...textContent(random), context: {} } }
      return [messageParcel(scene, { messageId, atMs, content: { type: 'edit', edit } })]
    }
    case 'revoked':
      return [
        messageParcel(scene, { messageId, atMs, content: { type: 'revoke', revoke: target } }),
      ]
  }
}

/** On-premises: the customer's deletion is reported as a status of the customer's own message. */
function deletion(scene: Scene, original: InboundMessage): readonly Parcel[] {
  if (!scene.random.chance(0.05)) return []
  const atMs = original.atMs + scene.random.int(5_000, DAY_MS / 24)
  const item = {
    id: original.messageId,
    status: 'deleted',
    timestamp: toTimestamp(atMs),
    recipient_id: scene.customer.waId,
  }
  return [toParcel(scene, atMs + 300, { list: 'statuses', item })]
}

/** A customer writes, and sometimes edits or deletes the message. */
export const inboundScenario: Scenario = function inboundScenario(scene) {
  const original: InboundMessage = {
    messageId: newMessageId(scene, 'inbound'),
    atMs: scene.startMs,
    content: pickContent(scene),
  }
  const later = scene.channel.dialect === 'cloud' ? afterthoughts : deletion
  return [messageParcel(scene, original), ...later(scene, original)]
}
