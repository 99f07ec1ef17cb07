import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type TransactionalWriter } from '@wabastream/processing'
import { kafkaApi } from '@wabastream/testing'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: outputs and input position are stored together or not at all, and only one owner at a time
// can write. Method: two writers with one id, and lost answers at each step of a transaction.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

interface Setting {
  readonly input: string
  readonly output: string
  readonly groupId: string
  readonly id: string
}

async function setUp(): Promise<Setting> {
  const [input, output] = [await test.topic(), await test.topic()]
  const groupId = test.unique('group')
  // A reader of the input has done the same: a new broker's first group has no coordinator at once.
  await test.kafka.admin.committedOffsets(groupId, input)
  return { input, output, groupId, id: test.unique('writer') }
}

async function write(
  writer: TransactionalWriter,
  setting: Setting,
  offset: number,
  ...values: readonly string[]
): ReturnType<TransactionalWriter['write']> {
  const { groupId, input, output } = setting
  return await writer.write({
    groupId,
    input: { topic: input, partition: 0, offset },
    outputs: [{ topic: output, partition: 0, records: values.map(recordOf) }],
  })
}

async function stored({ groupId, input, output }: Setting): Promise<unknown> {
  const { values } = await test.readAll({ topic: output, partition: 0 })
  const committed = await test.kafka.admin.committedOffsets(groupId, input)
  return { values, committed: committed.get(0) }
}

describe('transactional writer', () => {
  it('writes outputs and position together, one transaction right after another', async () => {
    const setting = await setUp()
    const writer = test.kafka.transactionalWriter({ transactionalId: setting.id })
    await writer.fence()
    const first = []
    for (let i = 1; i <= 20; i++) first.push(...(await write(writer, setting, i, `v${i}`, `w${i}`)))
    await writer.fence()
    // Two records and one marker per transaction.
    expect(first.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, i) => i * 3))
    expect(await stored(setting)).toMatchObject({ committed: 20 })
    await writer.close()
  })

  it('commits only the position if there is no output', async () => {
    const setting = await setUp()
    const writer = test.kafka.transactionalWriter({ transactionalId: setting.id })
    await writer.fence()
    expect(await write(writer, setting, 7)).toEqual([])
    await writer.fence()
    expect(await stored(setting)).toEqual({ values: [], committed: 7 })
  })

  it('commits no position without its output if the output is for a partition that does not exist yet', async () => {
    const setting = await setUp()
    const writer = test.kafka.transactionalWriter({ transactionalId: setting.id })
    await writer.fence()
    const { groupId, input, output } = setting
    await expect(
      writer.write({
        groupId,
        input: { topic: input, partition: 0, offset: 5 },
        outputs: [{ topic: output, partition: 1, records: [recordOf('early')] }],
      }),
    ).rejects.toMatchObject({ code: 'transaction_failed' })
    await writer.fence()
    expect(await stored(setting)).toEqual({ values: [], committed: undefined })
    await writer.close()
  })

  it('of an old owner is refused once a new one has fenced it', async () => {
    const setting = await setUp()
    const old = test.kafka.transactionalWriter({ transactionalId: setting.id })
    const next = test.kafka.transactionalWriter({ transactionalId: setting.id })
    await old.fence()
    await write(old, setting, 1, 'old')
    await next.fence()
    await expect(write(old, setting, 2, 'zombie')).rejects.toMatchObject({ code: 'fenced' })
    await write(next, setting, 2, 'new')
    await next.fence()
    expect(await stored(setting)).toEqual({ values: ['old', 'new'], committed: 2 })
  })

  it('must fence before it writes, and again after any failure', async () => {
    const setting = await setUp()
    const writer = test.proxied.transactionalWriter({ transactionalId: setting.id })
    await expect(write(writer, setting, 1, 'early')).rejects.toMatchObject({
      code: 'transaction_failed',
    })
    await writer.fence()
    test.proxy.spoil({ kind: 'reset' }, { apiKey: kafkaApi.produce })
    await expect(write(writer, setting, 1, 'a')).rejects.toMatchObject({
      code: 'transaction_failed',
    })
    await expect(write(writer, setting, 1, 'b')).rejects.toMatchObject({
      code: 'transaction_failed',
    })
    await writer.fence()
    await write(writer, setting, 1, 'c')
    await writer.fence()
    expect(await stored(setting)).toEqual({ values: ['c'], committed: 1 })
  })

  it.each([
    ['addOffsetsToTxn', kafkaApi.addOffsetsToTxn],
    ['txnOffsetCommit', kafkaApi.txnOffsetCommit],
    ['addPartitionsToTxn', kafkaApi.addPartitionsToTxn],
    ['produce', kafkaApi.produce],
    ['endTxn', kafkaApi.endTxn],
  ])('is done or undone as a whole when the answer to %s is lost', async (_name, apiKey) => {
    const setting = await setUp()
    const writer = test.proxied.transactionalWriter({ transactionalId: setting.id })
    await writer.fence()
    test.proxy.spoil({ kind: 'swallow' }, { apiKey })
    await expect(write(writer, setting, 1, 'a', 'b')).rejects.toMatchObject({
      code: 'transaction_failed',
    })
    // The one recovery path: take the id over, then read from the position what became of it.
    await writer.fence()
    const position =
      (await test.kafka.admin.committedOffsets(setting.groupId, setting.input)).get(0) ?? 0
    expect(position).toBe(apiKey === kafkaApi.endTxn ? 1 : 0)
    if (position === 0) await write(writer, setting, 1, 'a', 'b')
    await writer.fence()
    expect(await stored(setting)).toEqual({ values: ['a', 'b'], committed: 1 })
  })

  it('splits an output over the batch limit within one transaction', async () => {
    const setting = await setUp()
    const writer = test.kafka.transactionalWriter({ transactionalId: setting.id })
    await writer.fence()
    const values = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(900_000))
    await expect(write(writer, setting, 1, ...values)).resolves.toMatchObject([{ offset: 0 }])
    await writer.fence()
    const { values: read } = await test.readAll({ topic: setting.output, partition: 0 })
    expect(read.map((value) => value[0])).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
