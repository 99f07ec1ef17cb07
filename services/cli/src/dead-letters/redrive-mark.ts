import { READ_RECEIPTS_PARTITION, toReadRequestRecord, topicNames } from '@wabastream/contracts'
import { type ChainedProducer } from '@wabastream/processing'
import { z } from 'zod'
import { type DeadLetterWithBody } from './dead-letter-queries.ts'

const bodySchema = z.object({ number: z.string(), message_id: z.string() })

/**
 * Asks for the message to be marked once more; resolves with why that can't be. The letter is
 * closed with that: if the provider refuses again, there is a new one.
 */
export async function redriveMark(
  tools: { readonly producer: Pick<ChainedProducer, 'send'>; readonly isDryRun: boolean },
  letter: DeadLetterWithBody,
): Promise<string | undefined> {
  const body = bodySchema.safeParse(parse(letter.body))
  if (!body.success) return 'names no message'
  const { message_id: messageId, number } = body.data
  const { channel, itemIndex, offset, partition, receiptId, receivedAt } = letter
  const request = {
    number,
    messageId,
    channel,
    receivedAt,
    requestedAt: Date.now(),
    place: { partition, offset, itemIndex, receiptId },
  }
  if (!tools.isDryRun) {
    const target = { topic: topicNames(1).readReceipts, partition: READ_RECEIPTS_PARTITION }
    const record = toReadRequestRecord(request, { state: 'requested', request })
    await tools.producer.send(target, [record])
  }
  return undefined
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
