import {
  isMessageEvent,
  type MessageEvent,
  type MessageTimeline,
  type WireRecord,
} from '@wabastream/contracts'
import { type StatefulSerde } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { avroEvents } from '@wabastream/stateful-service'

/** Events about messages, and timelines, as they are on the wire and on disk. */
export function createTimelineSerde(
  codec: Pick<AvroCodec, 'decode' | 'encode' | 'isPrepared' | 'prepare'>,
): StatefulSerde<MessageEvent, MessageTimeline> {
  return {
    ...avroEvents(codec, toMessageEvent),
    encodeState: (timeline) => codec.encode('MessageTimeline', timeline),
    decodeState: (value) => toTimeline(codec.decode(value)),
  }
}

function toMessageEvent(record: WireRecord): MessageEvent | undefined {
  return isMessageEvent(record) ? record : undefined
}

function toTimeline(record: WireRecord): MessageTimeline {
  if (record.type === 'MessageTimeline') return record.data
  throw new Error(`the state holds a ${record.type}`)
}
