// The simplest way to hand webhooks on: the client as shipped, a fetch for each record, a commit
// for each batch. What the forwarder costs is measured beside it.
// node plain-forwarder.ts BROKERS TOPIC GROUP URL
import kafkajs from 'kafkajs'
import { rawHeaders } from '@wabastream/contracts'

const [brokers = '', topic = '', groupId = '', url = ''] = process.argv.slice(2)
const PARTITIONS_AT_ONCE = 6

const kafka = new kafkajs.Kafka({
  brokers: brokers.split(','),
  clientId: 'plain-forwarder',
  logLevel: kafkajs.logLevel.ERROR,
})
const consumer = kafka.consumer({ groupId })
await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })
await consumer.run({
  partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
  async eachBatch({ batch, heartbeat, resolveOffset }) {
    for (const { headers, offset, value } of batch.messages) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-wabastream-receipt-id': String(headers?.[rawHeaders.receiptId] ?? ''),
        },
        body: new Uint8Array(value ?? []),
      })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`answered with ${response.status}`)
      resolveOffset(offset)
      await heartbeat()
    }
  },
})
