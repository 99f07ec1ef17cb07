import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type TopicPartition } from '@wabastream/processing'

const HEADER_BYTES = 61
const SIZE_AT = 8
const LENGTH_FIELDS_BYTES = 12

/**
 * Flips a bit in the last batch of a partition that begins at or behind an offset, in the files of
 * a broker that is stopped. Resolves with the offset at which that batch begins. Throws when there
 * is no such batch in the segment written last.
 */
export async function damageSegment(
  brokerDirectory: string,
  { topic, partition, from }: TopicPartition & { readonly from: number },
): Promise<number> {
  const folder = join(brokerDirectory, 'log', `${topic}-${partition}`)
  const segment = (await readdir(folder))
    .filter((name) => name.endsWith('.log'))
    .toSorted()
    .at(-1)
  const file = await open(join(folder, segment ?? ''), 'r+')
  try {
    const last = lastBatch(await file.readFile(), from)
    if (last === undefined) throw new Error(`nothing of ${topic}-${partition} is behind ${from}`)
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, last.end - 1)
    byte.writeUInt8(byte.readUInt8() ^ 1)
    await file.write(byte, 0, 1, last.end - 1)
    return last.offset
  } finally {
    await file.close()
  }
}

function lastBatch(
  bytes: Buffer,
  from: number,
): { readonly offset: number; readonly end: number } | undefined {
  let last: { readonly offset: number; readonly end: number } | undefined
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const offset = Number(bytes.readBigInt64BE(at))
    const end = at + LENGTH_FIELDS_BYTES + bytes.readInt32BE(at + SIZE_AT)
    if (end > bytes.length || end <= at) break
    if (offset >= from) last = { offset, end }
    at = end
  }
  return last
}
