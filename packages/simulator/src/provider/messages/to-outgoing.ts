import { renderBody } from '../../traffic/render-webhooks.ts'
import { type Occurrence, type SimulatedChannel } from '../../traffic/traffic.ts'
import { type OutgoingWebhook, type Update } from '../options/provider-options.ts'

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
    updates: occurrences.map(toUpdate),
  }
}

function toUpdate({ field, item, list }: Occurrence): Update {
  const { code, id, status } = item
  switch (list) {
    case null:
      return { kind: 'field', name: field }
    case 'errors':
      return { kind: 'error', name: `error ${String(code)}` }
    case 'statuses':
      return { kind: 'status', name: `${String(id)} ${String(status)}` }
    default:
      return { kind: 'message', name: String(id) }
  }
}
