// Goal: every message that a policy covers is marked at the provider and recorded once, whatever
// the service was doing when it died, and a rebuild calls no provider. Method: kill -9 it before
// and after each thing that it waits for, while a simulated provider sends messages; then replay.
import { expect } from '@jest/globals'
import { startCommand, untilSettled } from '@wabastream/end-to-end'
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { holdAt, type Step } from '../harness/hold-at.ts'
import { withoutProtection } from '../harness/service-instance.ts'
import { judgeReceipts, readStored } from '../read-receipts/judge-receipts.ts'
import { openReceiptsScene, type ReceiptsScene } from '../read-receipts/receipts-scene.ts'

const RATE = 25
const SETTLE_MS = 120_000
const SHOWN_MAX = 5
/** It appends what is due, what it did, and what is done: each is hit by one of them. */
const APPENDS = ['first', 'second', 'third']
const steps: readonly Step[] = [
  ...APPENDS.flatMap((which) => [
    { name: `before the ${which} append`, apiKey: kafkaApi.produce, at: 'request' as const },
    { name: `after the ${which} append`, apiKey: kafkaApi.produce, at: 'answer' as const },
  ]),
  { name: 'before the commit', apiKey: kafkaApi.offsetCommit, at: 'request' },
  { name: 'after the commit', apiKey: kafkaApi.offsetCommit, at: 'answer' },
]

faultCase(import.meta.url, {
  title: 'marks each message and records it once, though it is killed at each step',
  pipeline: { cluster: 'single' },
  deadlineMs: 600_000,
  // It appends to the raw topic what no load has sent: this case judges by itself.
  settles: false,
  async play(scene) {
    const receipts = await openReceiptsScene(scene)
    try {
      await killAtEachStep(scene, receipts)
      await judge(scene, receipts)
      await rebuild(scene, receipts)
    } finally {
      await receipts.close()
    }
  },
})

async function killAtEachStep({ faults, pipeline }: FaultScene, receipts: ReceiptsScene) {
  const { api, instance, marks } = receipts
  const aim = { recovers: async () => marks().size }
  const kill = (): Promise<void> => instance.kill()
  await receipts.writeDuring(RATE, async () => {
    for (const kind of ['before', 'after'] as const) {
      await faults.inject(
        `kill -9 ${kind} the provider marks`,
        async () => {
          const act = async (): Promise<'drop'> => {
            await kill()
            return 'drop'
          }
          await api.spoil(kind === 'before' ? { kind, act } : { kind, act: kill }, { count: 1 })
          await instance.start()
        },
        aim,
      )
    }
    for (const step of steps) {
      await faults.inject(
        `kill -9 ${step.name}`,
        async () => {
          await holdAt(step, { proxies: pipeline.proxies, instance }, async () => {
            await kill()
            return step.at === 'request' ? 'drop' : undefined
          })
          await instance.start()
        },
        aim,
      )
    }
  })
}

async function judge({ faults, pipeline }: FaultScene, receipts: ReceiptsScene): Promise<void> {
  const { instance, written } = receipts
  const read = () => readStored(pipeline.clickhouseUrl, 1)
  await eventually(
    'every message is marked, and ClickHouse knows it',
    async () => {
      const stored = await read()
      return written.every((id) => stored.get(id)?.isMarked === true)
    },
    SETTLE_MS,
  ).catch(() => undefined)
  await untilSettled(pipeline.kafka, SETTLE_MS)
  const marks = receipts.marks()
  const { doubled, lost } = judgeReceipts(written, marks, await read())
  const calls = [...marks.values()].reduce((sum, times) => sum + times, 0)
  faults.measure({
    messages: written.length,
    lost: lost.length,
    doubled: doubled.length,
    calls,
    killed: instance.killCount,
  })
  expect({ lost: lost.slice(0, SHOWN_MAX), doubled: doubled.slice(0, SHOWN_MAX) }).toEqual({
    lost: [],
    doubled: [],
  })
  expect(written.length).toBeGreaterThan(100)
  // Killed between the provider's mark and its record, a message is marked again.
  expect(calls).toBeGreaterThan(written.length)
}

/** Beside the service, which goes on: the next generation has all marks, and nobody marks again. */
async function rebuild({ faults, pipeline }: FaultScene, receipts: ReceiptsScene): Promise<void> {
  const before = receipts.marks()
  const command = startCommand(null, ['replay', '--into', '2', '--exit'], {
    ...withoutProtection(),
    KAFKA_BROKERS: pipeline.cluster.addresses.join(','),
    SCHEMA_REGISTRY_URL: pipeline.schemaRegistryUrl,
    CLICKHOUSE_URL: pipeline.clickhouseUrl,
  })
  const code = await command.ended
  if (code !== 0) throw new Error(`the rebuild ended with ${code}:\n${command.output()}`)
  const { doubled, lost } = judgeReceipts(
    receipts.written,
    before,
    await readStored(pipeline.clickhouseUrl, 2),
  )
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] })
  const calls = (marks: ReadonlyMap<string, number>): number =>
    [...marks.values()].reduce((sum, times) => sum + times, 0)
  faults.measure({ callsOfRebuild: calls(receipts.marks()) - calls(before) })
  expect(receipts.marks()).toEqual(before)
}
