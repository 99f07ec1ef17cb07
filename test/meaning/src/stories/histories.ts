import { someMedium } from './contents.ts'
import { reported, received } from './messages.ts'
import { DAY, type Json, type Scenario, SECOND, seconds, tell } from './story.ts'

const WORDS = ['SENT', 'DELIVERED', 'READ', 'PLAYED', 'ERROR', 'PENDING']

/** A thread of old messages of both sides; media come later, and some of it is told live too. */
export const remembered: Scenario = (scene) => {
  const { id, place, random, startMs } = scene
  const customer = random.pick(scene.customers.filter(({ phone }) => phone !== null))
  const own = place.display.replaceAll(/\D/g, '')
  const pastMs = startMs - DAY * (1 + random.int(100))
  const messages = Array.from({ length: 4 }, (_, index): Json => {
    const isOwn = random.chance(0.5)
    return {
      id: `${id} h${index}`,
      from: isOwn ? own : customer.phone,
      ...(isOwn && random.chance(0.5) ? { to: customer.phone } : {}),
      timestamp: seconds(pastMs + index * SECOND),
      history_context: { status: random.pick(WORDS) },
      ...(random.chance(0.3)
        ? { type: 'media_placeholder' }
        : { type: 'text', text: { body: 'old' } }),
      ...(index > 0 && random.chance(0.3) ? { context: { id: `${id} h${index - 1}` } } : {}),
    }
  })
  const thread = {
    id: customer.phone,
    ...(random.chance(0.3) && customer.userId !== null
      ? { context: { wa_id: customer.phone, user_id: customer.userId } }
      : {}),
    messages,
  }
  const later = messages
    .filter(({ type }) => type === 'media_placeholder')
    .map(({ type: _type, ...item }) => ({ ...item, ...someMedium(random) }))
  const inHistory = (value: Json, atMs: number) => tell(scene, atMs, { field: 'history', value })
  return [
    inHistory({ history: [{ metadata: { phase: 0 }, threads: [thread] }] }, startMs),
    ...later.map((item) => inHistory({ messages: [item] }, startMs + SECOND)),
    ...random
      .some(messages, 0.2)
      .filter(({ from }) => from === customer.phone)
      .map(({ id: known }) =>
        received(
          scene,
          customer,
          { id: known, type: 'text', text: { body: 'old' }, timestamp: seconds(pastMs) },
          startMs,
        ),
      ),
    ...random
      .some(messages, 0.2)
      .filter(({ from }) => from === own)
      .map(({ id: known }) =>
        reported(scene, customer, { id: known, status: 'read' }, startMs + SECOND),
      ),
  ]
}
