import { type Random } from './random.ts'
import { HOUR, type Json, type Telling } from './story.ts'

const ASKED_BY = ['on_receipt', 'on_reply', 'on_request']

/** Some of what customers wrote is marked as read, soon or late, and once more after a mishap. */
export function markedAsRead(tellings: readonly Telling[], random: Random): readonly Own[] {
  return tellings.flatMap(({ atMs, place, said }) => {
    if (!('list' in said) || said.list !== 'messages' || !random.chance(0.5)) return []
    const markedAt = atMs + random.int(random.chance(0.7) ? 2000 : 5 * HOUR)
    const item = {
      type: 'message_marked_read',
      number: place.number,
      message_id: said.item['id'],
      asked_by: random.pick(ASKED_BY),
    }
    return [
      toOwn({ ...item, marked_at: markedAt }, markedAt + 3),
      ...(random.chance(0.1) ? [toOwn({ ...item, marked_at: markedAt + 7 }, markedAt + 10)] : []),
    ]
  })
}

interface Own {
  readonly body: Json
  readonly receivedAt: number
  readonly isOwn: true
}

function toOwn(item: Json, receivedAt: number): Own {
  return { body: { version: 1, events: [item] }, receivedAt, isOwn: true }
}
