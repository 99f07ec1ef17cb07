import {
  CONTROL_PARTITION,
  type Destination,
  readBeginning,
  type ReadControl,
  type Start,
  toStartRecord,
} from '@wabastream/forwarding'
import { type TopicNames } from '@wabastream/contracts'
import { type KafkaAdmin } from '@wabastream/kafka'
import { type ChainedProducer } from '@wabastream/processing'

export interface StartOptions {
  readonly admin: KafkaAdmin
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly readControl: ReadControl
  readonly topics: Pick<TopicNames, 'raw' | 'forwarding'>
  readonly now: () => number
}

/**
 * Where a destination begins: where it once did, or, if it is new, where its configuration says,
 * which is then kept. If two processes meet a new one at once, what was kept first holds.
 */
export function createStarts(options: StartOptions): (destination: Destination) => Promise<Start> {
  const chosen = new Map<string, Promise<Start>>()
  return function startOf(destination) {
    const known = chosen.get(destination.name)
    if (known !== undefined) return known
    const start = choose(destination, options)
    chosen.set(destination.name, start)
    start.catch(() => chosen.delete(destination.name))
    return start
  }
}

async function choose(
  { from, name }: Destination,
  { admin, now, producer, readControl, topics }: StartOptions,
): Promise<Start> {
  const kept = (await readControl()).starts.get(name)
  if (kept !== undefined) return kept
  const start = { from, atMs: now(), offsets: await readBeginning(admin, topics.raw, from) }
  const target = { topic: topics.forwarding, partition: CONTROL_PARTITION }
  const { key, value } = toStartRecord(name, start)
  await producer.send(target, [{ key, value }])
  return (await readControl()).starts.get(name) ?? start
}
