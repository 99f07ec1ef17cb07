import { cloudMessageId, toTimestamp } from '../../traffic/ids.ts'
import { type Random } from '../../traffic/random.ts'
import { type Occurrence, type SimulatedChannel } from '../../traffic/traffic.ts'

/** A webhook of the Cloud API has up to 3 MB; this stays a little below. */
const BODY_BYTES = 2_900_000
/** The longest text that a message may have. */
const TEXT_LENGTH = 4_096
/** What a message takes besides its text. */
const FRAME_BYTES = 300

/** Long messages that fill one webhook up to about 2.9 MB. */
export function largeOccurrences(
  { name }: SimulatedChannel,
  random: Random,
): readonly Occurrence[] {
  const count = Math.floor(BODY_BYTES / (TEXT_LENGTH + FRAME_BYTES))
  const from = `49${random.int(1, 9)}${random.digits(10)}`
  const timestamp = toTimestamp(Date.now())
  return Array.from({ length: count }, () => ({
    kind: 'inbound',
    numberId: name,
    field: 'messages',
    list: 'messages',
    contact: null,
    item: {
      from,
      id: cloudMessageId(random, from, 'inbound'),
      timestamp,
      type: 'text',
      text: { body: 'long '.repeat(TEXT_LENGTH / 5).padEnd(TEXT_LENGTH, '.') },
    },
  }))
}
