import { createHmac } from 'node:crypto'
import {
  type Delivery,
  type JsonObject,
  type Occurrence,
  type SimulatedChannel,
  type SimulatedWebhook,
} from './traffic.ts'

/** Turns deliveries into requests. Throws on a delivery of a channel that is not listed. */
export function renderWebhooks(
  deliveries: readonly Delivery[],
  channels: readonly SimulatedChannel[],
): readonly SimulatedWebhook[] {
  const byName = new Map(channels.map((channel) => [channel.name, channel]))
  return deliveries.map((delivery) => {
    const channel = byName.get(delivery.channel)
    if (channel === undefined) throw new RangeError(`unknown channel ${delivery.channel}`)
    return toWebhook(channel, renderBody(channel, delivery))
  })
}

/** The bytes of a webhook, in the dialect of the channel. */
export function renderBody(channel: Addressee, delivery: Delivery): Buffer {
  return channel.dialect === 'cloud'
    ? Buffer.from(escapeNonAscii(JSON.stringify(cloudBody(channel, delivery))))
    : Buffer.from(JSON.stringify(flatBody(delivery)))
}

type Addressee = Pick<SimulatedChannel, 'dialect' | 'accountId' | 'numbers'>

/** The request that delivers `body` to `channel`, with whatever proves that it is authentic. */
export function toWebhook(channel: SimulatedChannel, body: Buffer): SimulatedWebhook {
  const { name, credential } = channel
  const headers = { 'content-type': 'application/json' }
  const path = `/webhooks/${encodeURIComponent(name)}`
  switch (credential.kind) {
    case 'hmac': {
      const signature = createHmac('sha256', credential.secret).update(body).digest('hex')
      const signed = { ...headers, 'x-hub-signature-256': `sha256=${signature}` }
      return { channel: name, path, headers: signed, body }
    }
    case 'header': {
      const known = { ...headers, [credential.name]: credential.value }
      return { channel: name, path, headers: known, body }
    }
    case 'path': {
      const secretPath = `${path}/${encodeURIComponent(credential.token)}`
      return { channel: name, path: secretPath, headers, body }
    }
  }
}

/** Meta signs what it sends: JSON in ASCII, with escapes. */
function escapeNonAscii(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function listsOf(occurrences: readonly Occurrence[]): JsonObject {
  const lists: Record<string, JsonObject[]> = {}
  const contacts = new Map<string, JsonObject>()
  for (const { list, item, contact } of occurrences) {
    if (contact !== null) contacts.set(JSON.stringify(contact), contact)
    if (list !== null) (lists[list] ??= []).push(item)
  }
  return contacts.size === 0 ? lists : { contacts: [...contacts.values()], ...lists }
}

function flatBody(delivery: Delivery): JsonObject {
  return listsOf(delivery.occurrences)
}

function cloudBody(channel: Addressee, delivery: Delivery): JsonObject {
  const changes: JsonObject[] = []
  const byNumber = new Map<string, Occurrence[]>()
  for (const occurrence of delivery.occurrences) {
    const { field, item, list, numberId } = occurrence
    if (list === null) {
      changes.push({ value: item, field })
      continue
    }
    const same = byNumber.get(numberId)
    if (same === undefined) byNumber.set(numberId, [occurrence])
    else same.push(occurrence)
  }
  for (const [numberId, occurrences] of byNumber) {
    const display = channel.numbers.find((number) => number.numberId === numberId)
    const metadata = {
      display_phone_number: display?.displayNumber ?? '',
      phone_number_id: numberId,
    }
    const value = { messaging_product: 'whatsapp', metadata, ...listsOf(occurrences) }
    changes.push({ value, field: 'messages' })
  }
  const time = delivery.occurrences.some(({ list }) => list === null)
    ? { time: Math.floor(delivery.readyMs / 1000) }
    : {}
  const entry = [{ id: channel.accountId, ...time, changes }]
  return { object: 'whatsapp_business_account', entry }
}
