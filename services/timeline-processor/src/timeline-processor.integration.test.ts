import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { arbitraryMessageEvent, stackFromEnv } from '@wabastream/testing'
import fc from 'fast-check'
import { ProcessorUnderTest } from './processor-under-test.fixture.ts'

const SEED = 20_260_501

let stateDir: string
let processor: ProcessorUnderTest

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'wabastream-timeline-'))
  const generation = 2_000 + Math.floor(Math.random() * 7_000)
  processor = new ProcessorUnderTest(stackFromEnv(), { generation, stateDir })
  await processor.prepare()
}, 60_000)

afterAll(async () => {
  await processor.close()
  rmSync(stateDir, { recursive: true, force: true })
})

/** Events of all kinds about many messages, in any order, a third of them twice. */
function someEvents(messages: number, seed: number): readonly MessageEvent[] {
  const anyMessage = fc.integer({ min: 1, max: messages })
    .chain((index) => arbitraryMessageEvent(`wamid.${index}`))
  const events = fc.sample(anyMessage, { numRuns: messages * 6, seed })
  return events.flatMap((event, index) => {
    const earlier = events[index - 7]
    return index % 3 === 0 && earlier !== undefined ? [event, earlier] : [event]
  })
}

async function expectExactlyTheFold(): Promise<void> {
  await processor.caughtUp()
  const expected = await processor.expected()
  expect(await processor.timelines()).toEqual(expected.timelines)
  expect(await processor.transitions()).toEqual(expected.transitions)
}

describe('the timeline processor', () => {
  it('makes of events in any order, with duplicates, what a plain fold makes of them', async () => {
    processor.start()
    await processor.send(someEvents(100, SEED))
    await expectExactlyTheFold()
  }, 120_000)

  it('loses and doubles nothing when it is killed under way, twice', async () => {
    await processor.send(someEvents(2_000, SEED + 1))
    const before = (await processor.transitions()).length
    await processor.wroteTransitions(before + 200)
    await processor.end('SIGKILL')
    processor.start()
    await processor.wroteTransitions(before + 1_000)
    await processor.end('SIGKILL')
    processor.start()
    await expectExactlyTheFold()
  }, 180_000)

  it('finds its state again when the folder was deleted', async () => {
    await processor.end('SIGKILL')
    rmSync(stateDir, { recursive: true, force: true })
    await processor.send(someEvents(100, SEED + 2))
    processor.start()
    await expectExactlyTheFold()
  }, 120_000)

  it('goes on where it was after an orderly stop', async () => {
    expect(await processor.end('SIGTERM')).toBe(0)
    await processor.send(someEvents(100, SEED + 3))
    processor.start()
    await expectExactlyTheFold()
  }, 120_000)

  it('is not held up by a record that nobody can read', async () => {
    await processor.sendBytes(0, Buffer.from('no record'))
    await processor.sendBytes(1, Buffer.from([0, 0, 0, 0, 0, 1]))
    await processor.send(someEvents(20, SEED + 4))
    await expectExactlyTheFold()
  }, 120_000)

  it('refuses to start with another number of partitions than the topics have', async () => {
    await processor.end('SIGTERM')
    processor.start({ PARTITIONS: '5', LOG_LEVEL: 'fatal' })
    expect(await processor.exitCode()).toBe(1)
  }, 60_000)
})
