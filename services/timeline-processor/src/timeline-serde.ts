import {
  isMessageEvent,
  type MessageEvent,
  type MessageTimeline,
  type WireRecord,
} from '@wabastream/contracts'
import { type StatefulSerde } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'

/** Events about messages, and timelines, as they are on the wire and on disk. */
export function createTimelineSerde(
  codec: Pick<AvroCodec, 'decode' | 'encode' | 'isPrepared' | 'prepare'>,
): StatefulSerde<MessageEvent, MessageTimeline> {
  return {
    isPrepared: (value) => isPrepared(codec, value),
    prepare: (value) => prepare(codec, value),
    decode: ({ value }) => (value === null ? undefined : toMessageEvent(codec.decode(value))),
    encodeState: (timeline) => codec.encode('MessageTimeline', timeline),
    decodeState: (value) => toTimeline(codec.decode(value)),
  }
}

/** Bytes that name no schema need no look-up: `decode` says what is wrong with them. */
function isPrepared(codec: Pick<AvroCodec, 'isPrepared'>, value: Uint8Array): boolean {
  try {
    return codec.isPrepared(value)
  } catch (error) {
    if (error instanceof CodecError) return true
    throw error
  }
}

/** A schema that is none of ours stays unprepared; only a registry that is away is worth a wait. */
async function prepare(codec: Pick<AvroCodec, 'prepare'>, value: Uint8Array): Promise<void> {
  try {
    await codec.prepare(value)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
  }
}

function toMessageEvent(record: WireRecord): MessageEvent | undefined {
  return isMessageEvent(record) ? record : undefined
}

function toTimeline(record: WireRecord): MessageTimeline {
  if (record.type === 'MessageTimeline') return record.data
  throw new Error(`the state holds a ${record.type}`)
}
