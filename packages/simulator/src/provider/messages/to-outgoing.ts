import { renderBody } from '../../traffic/render-webhooks.ts'
import { type Occurrence, type SimulatedChannel } from '../../traffic/traffic.ts'
import { type OutgoingWebhook } from '../options/provider-options.ts'

/** One webhook with these updates, of which there is at least one. */
export function toOutgoing(
  channel: SimulatedChannel,
  occurrences: readonly Occurrence[],
): OutgoingWebhook {
  const nowMs = Date.now()
  const delivery = { channel: channel.name, readyMs: nowMs, dueMs: nowMs, occurrences }
  return {
    numberId: channel.name,
    body: renderBody(channel, delivery),
    updates: occurrences.map(nameOf),
  }
}

function nameOf({ field, item, list }: Occurrence): string {
  const { code, id, status } = item
  if (list === null) return field
  if (list === 'errors') return `error ${String(code)}`
  return typeof status === 'string' ? `${String(id)} ${status}` : String(id)
}
