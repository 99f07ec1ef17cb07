import { connect } from 'node:net'
import { eventually } from '@wabastream/testing'

// Three questions of Kafka's protocol, asked byte by byte: the client library hides the answers.

const METADATA = 3
const FIND_COORDINATOR = 10
const DESCRIBE_QUORUM = 55
const ANSWER_TIMEOUT_MS = 5_000
const GROUP = 0
const TRANSACTION = 1
/** Size and correlation id. */
const HEAD_BYTES = 8

/** Id of the broker that leads a partition. `address` is that of any broker that runs. */
export async function partitionLeader(
  address: string, topic: string, partition: number,
): Promise<number> {
  return await untilKnown(`the leader of ${topic}-${partition}`, async () => {
    const body = Buffer.concat([int32(1), text(topic)])
    const answer = new Answer(await ask(address, head(METADATA, 1), body))
    answer.each(() => {
      answer.int32()
      answer.text()
      answer.int32()
      answer.text()
    })
    answer.int32()
    let leader = -1
    answer.each(() => {
      answer.int16()
      answer.text()
      answer.int8()
      answer.each(() => {
        answer.int16()
        const [index, leaderOfIt] = [answer.int32(), answer.int32()]
        answer.each(() => answer.int32())
        answer.each(() => answer.int32())
        if (index === partition) leader = leaderOfIt
      })
    })
    return leader
  })
}

/** Id of the broker that keeps a consumer group. */
export async function groupCoordinator(address: string, groupId: string): Promise<number> {
  return await untilKnown(`the coordinator of ${groupId}`, () => coordinator(address, groupId, GROUP))
}

/** Id of the broker that keeps the transactions of a transactional id. */
export async function transactionCoordinator(address: string, id: string): Promise<number> {
  return await untilKnown(`the coordinator of ${id}`, () => coordinator(address, id, TRANSACTION))
}

/** Id of the node that leads the metadata quorum. */
export async function controller(address: string): Promise<number> {
  return await untilKnown('the controller', async () => {
    const tags = Buffer.from([0])
    const name = Buffer.from('__cluster_metadata')
    const body = Buffer.concat([
      Buffer.from([2, name.length + 1]), name, Buffer.from([2]), int32(0), tags, tags, tags,
    ])
    const answer = new Answer(await ask(address, Buffer.concat([head(DESCRIBE_QUORUM, 0), tags]), body))
    answer.skip(1)
    if (answer.int16() !== 0) return -1
    // Counts and lengths are one byte here, each more by one than what it tells.
    answer.skip(1)
    answer.skip(answer.int8() - 1)
    answer.skip(1)
    answer.int32()
    return answer.int16() === 0 ? answer.int32() : -1
  })
}

async function coordinator(address: string, key: string, keyType: number): Promise<number> {
  const body = Buffer.concat([text(key), Buffer.from([keyType])])
  const answer = new Answer(await ask(address, head(FIND_COORDINATOR, 1), body))
  answer.int32()
  const error = answer.int16()
  answer.text()
  return error === 0 ? answer.int32() : -1
}

/** Right after an election nobody may be known. */
async function untilKnown(what: string, find: () => Promise<number>): Promise<number> {
  return await eventually(what, async () => {
    const id = await find()
    return id >= 0 && id
  }, 30_000).then(Number)
}

function ask(address: string, requestHead: Buffer, body: Buffer): Promise<Buffer> {
  const [host = '', port] = address.split(':')
  const request = Buffer.concat([int32(requestHead.length + body.length), requestHead, body])
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const socket = connect(Number(port), host, () => socket.write(request))
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`${address} is silent`)))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      resolve(received.subarray(HEAD_BYTES))
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => { reject(new Error(`${address} hung up`)) })
  })
}

function head(apiKey: number, version: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeInt16BE(apiKey, 0)
  bytes.writeInt16BE(version, 2)
  bytes.writeInt32BE(1, 4)
  return Buffer.concat([bytes, text('faults')])
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeInt16BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

class Answer {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  skip(count: number): void {
    this.#at += count
  }

  int8(): number {
    this.#at += 1
    return this.#bytes.readInt8(this.#at - 1)
  }

  int16(): number {
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  /** Skipped: nobody asks for one. */
  text(): void {
    this.skip(Math.max(0, this.int16()))
  }

  each(read: () => void): void {
    const count = this.int32()
    for (let index = 0; index < count; index++) read()
  }
}
