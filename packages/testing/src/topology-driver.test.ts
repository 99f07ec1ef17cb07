import { beforeEach, describe, expect, it } from '@jest/globals'
import {
  type OutgoingRecord,
  type StatefulProcessor,
  type StatefulSerde,
} from '@wabastream/processing'
import { TopologyDriver, type TopologyDriverOptions } from './topology-driver.ts'

const INPUT = 'letters'
const WORDS = 'words'
const LENGTHS = 'lengths'
const DAY_MS = 86_400_000

interface Letter {
  readonly key: string
  readonly letter: string
  readonly receivedAt: number
  readonly source: number
}
interface Word {
  readonly letters: string
  readonly at: number
}

/** Values that need a look-up first: Greek letters, and the value `lost`. */
const prepared: string[] = []
const lookUps: string[] = []
const isPrepared = (text: string) => !/[α-ω]|lost/.test(text) || prepared.includes(text)

/** Appends letters to words: unlike a join, this shows every loss, repetition and wrong order. */
const spelling: StatefulProcessor<Letter, Word> & StatefulSerde<Letter, Word> = {
  isPrepared: (value) => isPrepared(Buffer.from(value).toString()),
  async prepare(value) {
    const text = Buffer.from(value).toString()
    lookUps.push(text)
    if (lookUps.length < 3) throw new Error('the registry is away')
    if (text !== 'lost') prepared.push(text)
  },
  decode(record) {
    const text = record.valueText() ?? ''
    if (text.startsWith('broken') || text === 'lost') throw new Error('not a letter')
    if (text === '') return undefined
    const source = Number(record.headerText('source') ?? 0)
    return { key: record.keyText() ?? '', letter: text, receivedAt: record.timestampMs, source }
  },
  keyOf: ({ key }) => key,
  receivedAtOf: ({ receivedAt }) => receivedAt,
  sourceOf: ({ source }) => source,
  process({ letter, receivedAt }, previous, key) {
    if (letter === '!') throw new Error('a bug')
    if (letter === '=' && previous) return { state: previous, forwards: [], notes: ['same'] }
    const letters = `${previous?.letters ?? ''}${letter}`
    const record = { key, value: Buffer.from(`${letters.length}`) }
    return {
      state: { letters, at: Math.max(previous?.at ?? 0, receivedAt) },
      forwards: [{ topic: LENGTHS, record }],
      notes: [],
    }
  },
  lastReceivedAtOf: ({ at }) => at,
  encodeState: (word) => Buffer.from(JSON.stringify(word)),
  decodeState: (value) => JSON.parse(Buffer.from(value).toString()),
}

function letter(key: string, value: string, receivedAt = 0): OutgoingRecord {
  return { key, value: Buffer.from(value), timestampMs: receivedAt }
}

const letters = (key: string, word: string) => Array.from(word, (each) => letter(key, each))

function create(options: Partial<TopologyDriverOptions<Letter, Word>> = {}) {
  return new TopologyDriver({
    serde: spelling,
    processor: spelling,
    inputTopic: INPUT,
    changelogTopic: WORDS,
    ...options,
  })
}

function wordsOf(driver: TopologyDriver<Letter, Word>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...driver.latest(WORDS)].map(([key, value]) => [key, spelling.decodeState(value).letters]),
  )
}

const texts = (driver: TopologyDriver<Letter, Word>, topic: string) =>
  driver.records(topic).map((record) => record.valueText())

describe('the loop', () => {
  it('writes each changed state once per transaction, and every forward', async () => {
    const driver = create()
    await driver.pipe([...letters('a', 'xyz'), ...letters('b', 'q')])
    expect(wordsOf(driver)).toEqual({ a: 'xyz', b: 'q' })
    expect(driver.records(WORDS)).toHaveLength(2)
    expect(texts(driver, LENGTHS)).toEqual(['1', '2', '3', '1'])
  })

  it('continues with its state from batch to batch and from run to run', async () => {
    const driver = create({ limits: { runRecordsMax: 2 } })
    await driver.pipe(letters('a', 'abcde'), 3)
    await driver.pipe(letters('a', 'fg'), 3)
    expect(wordsOf(driver)).toEqual({ a: 'abcdefg' })
    expect(driver.observed.committed.map(({ recordCount }) => recordCount)).toEqual([2, 1, 2, 2])
  })

  it('writes no state that did not change, but commits the position', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'x'))
    await driver.pipe([letter('a', '='), letter('a', '')])
    expect(driver.records(WORDS)).toHaveLength(1)
    expect(driver.kafka.committedOffset('processor.g1', driver.input)).toBe(3)
    expect(driver.observed.committed.at(-1)).toMatchObject({
      recordCount: 2,
      eventCount: 1,
      changeCount: 0,
      notes: new Map([['same', 1]]),
    })
  })

  it('commits the position after a marker that nothing follows', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'x'))
    driver.kafka.logOf(driver.input).push('marker')
    await driver.pipe([])
    expect(driver.kafka.committedOffset('processor.g1', driver.input)).toBe(2)
  })
})

describe('what it reads', () => {
  beforeEach(() => {
    prepared.length = 0
    lookUps.length = 0
  })

  it('sets aside what cannot be read, and continues with the rest', async () => {
    const driver = create()
    await driver.pipe([letter('a', 'x'), letter('a', 'broken'), letter('a', 'y')])
    expect(wordsOf(driver)).toEqual({ a: 'xy' })
    expect(driver.observed.rejected).toEqual([
      {
        reason: 'schema_rejected',
        detail: 'not a letter',
        source: expect.objectContaining({ offset: 1 }),
      },
    ])
  })

  it('waits for a look-up that fails, once for each unknown', async () => {
    const driver = create()
    await driver.pipe([letter('a', 'α'), letter('a', 'α'), letter('a', 'b')])
    expect(wordsOf(driver)).toEqual({ a: 'ααb' })
    expect(lookUps).toEqual(['α', 'α', 'α'])
  })

  it('sets aside what no look-up finds', async () => {
    const driver = create()
    await driver.pipe([letter('a', 'lost'), letter('a', 'b')])
    expect(wordsOf(driver)).toEqual({ a: 'b' })
    expect(driver.observed.rejected).toHaveLength(1)
  })

  it('looks up state that was written under an unknown schema', async () => {
    const driver = create()
    await driver.pipe([letter('a', 'α')])
    prepared.length = 0
    await driver.pipe([letter('a', 'b')])
    expect(wordsOf(driver)).toEqual({ a: 'αb' })
  })
})

describe('recovery', () => {
  it.each(['refused', 'answer_lost'] as const)(
    'neither loses nor doubles when a transaction is %s',
    async (fault) => {
      const driver = create({ limits: { runRecordsMax: 2 } })
      await driver.pipe(letters('a', 'ab'))
      driver.kafka.failNextTransaction(fault)
      await driver.pipe(letters('a', 'cdef'))
      expect(wordsOf(driver)).toEqual({ a: 'abcdef' })
      expect(texts(driver, LENGTHS)).toEqual(['1', '2', '3', '4', '5', '6'])
      expect(driver.observed.failures).toHaveLength(1)
    },
  )

  it.each([true, false])('continues after a kill, disk lost: %s', async (isDiskLost) => {
    const driver = create()
    await driver.pipe(letters('a', 'abc'))
    driver.kafka.failNextTransaction('answer_lost')
    await driver.pipe(letters('a', 'de'))
    driver.restart({ isDiskLost })
    await driver.pipe([...letters('a', 'f'), ...letters('b', 'z')])
    expect(wordsOf(driver)).toEqual({ a: 'abcdef', b: 'z' })
  })

  it('keeps a killed process that wakes up late from writing', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'ab'))
    const zombie = driver.consumer
    driver.restart({ isDiskLost: true })
    await driver.pipe(letters('a', 'c'))
    await zombie.drain()
    expect(wordsOf(driver)).toEqual({ a: 'abc' })
    expect(texts(driver, LENGTHS)).toEqual(['1', '2', '3'])
  })

  it('gives up after the allowed number of failures in a row', async () => {
    const driver = create({ failuresMax: 2 })
    await driver.pipe([letter('a', 'x'), letter('a', '!')])
    expect(driver.observed.failures).toHaveLength(3)
    expect(driver.observed.crashes).toEqual([expect.objectContaining({ message: 'a bug' })])
  })

  it('halts at a gap and says so, whatever follows it', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'abc'))
    driver.kafka.append(driver.input, letters('a', 'def'))
    driver.consumer.jump(driver.input, 5)
    await driver.consumer.drain()
    expect(wordsOf(driver)).toEqual({ a: 'abc' })
    expect(driver.observed.halted).toEqual([expect.objectContaining({ code: 'position_gap' })])
    expect(driver.loop.haltReasons()).toEqual(['letters-0 goes on at 5 instead of 3'])
  })

  it('halts when the changelog lacks records of its state', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'abc'))
    driver.kafka.logOf({ topic: WORDS, partition: 0 }).length = 0
    driver.restart({ isDiskLost: false })
    await driver.pipe(letters('a', 'd'))
    expect(driver.observed.halted).toEqual([expect.objectContaining({ code: 'position_gap' })])
    expect(driver.records(WORDS)).toEqual([])
  })

  it('halts when the changelog is damaged where it is kept, and ends nothing', async () => {
    const driver = create({ failuresMax: 0 })
    await driver.pipe(letters('a', 'abc'))
    driver.kafka.damagedTopics.add(WORDS)
    driver.restart({ isDiskLost: true })
    await driver.pipe(letters('a', 'd'))
    expect(driver.loop.haltReasons()).toEqual([`${WORDS}-0 can't be read at offset 0`])
    expect(driver.observed.crashes).toEqual([])
  })

  it('trusts no state on disk before it has begun', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'abc'))
    driver.kafka.forget()
    driver.restart({ isDiskLost: false })
    await driver.pipe(letters('a', 'd'))
    expect(wordsOf(driver)).toEqual({ a: 'd' })
  })

  it('lets go of a partition that is taken away', async () => {
    const driver = create()
    await driver.pipe(letters('a', 'abc'))
    await driver.consumer.revoke(driver.input)
    driver.kafka.append(driver.input, letters('a', 'd'))
    await driver.consumer.drain()
    expect(wordsOf(driver)).toEqual({ a: 'abc' })
    expect(driver.observed.failures).toEqual([])
  })
})

describe('expiry', () => {
  const limits = { expiryMs: 2 * DAY_MS, sweepSizeMax: 2 }

  it('starts over for an event that comes that long after the last one of its own key', async () => {
    const driver = create({ limits: { ...limits, sweepSizeMax: 0 } })
    await driver.pipe([letter('b', 'far', 9 * DAY_MS), letter('a', 'x', DAY_MS)])
    await driver.pipe([letter('a', 'y', 3 * DAY_MS), letter('a', 'z', 0)])
    expect(wordsOf(driver)).toEqual({ a: 'xyz', b: 'far' })
    await driver.pipe([letter('a', 'new', 5 * DAY_MS + 1), letter('a', '+', 0)])
    expect(wordsOf(driver)).toEqual({ a: 'new+', b: 'far' })
  })

  it('removes expired state bit by bit, by tombstones', async () => {
    const driver = create({ limits })
    await driver.pipe('abcde'.split('').map((key) => letter(key, key, 0)))
    await driver.pipe([letter('new', 'n', 4 * DAY_MS), letter('a', 'again', 4 * DAY_MS)])
    for (let day = 5; driver.storedKeys().length > 2 && day < 20; day += 1) {
      await driver.pipe([letter('new', '=', day * DAY_MS)])
    }
    expect(driver.storedKeys()).toEqual(['a', 'new'])
    expect(wordsOf(driver)).toEqual({ a: 'again', new: 'n' })
  })

  it('removes nothing before each source is past it', async () => {
    const driver = create({ limits: { ...limits, sourceCount: 2 } })
    const from1 = (key: string, at: number) => ({
      ...letter(key, 'b', at),
      headers: { source: '1' },
    })
    await driver.pipe([letter('a', 'a', 0), letter('new', 'n', 90 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['a', 'new'])
    await driver.pipe([from1('b', 0), letter('new', 'n', 91 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['a', 'b', 'new'])
    expect(driver.observed.committed.at(-1)?.watermarkLagMs).toBe(91 * DAY_MS)
    await driver.pipe([from1('new', 4 * DAY_MS)])
    await driver.pipe([from1('new', 5 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['new'])
  })

  it('removes nothing before its watermark has stood for a while', async () => {
    let nowMs = 0
    const driver = create({ limits: { ...limits, sweepDelayMs: 1_000 }, now: () => nowMs })
    await driver.pipe([letter('a', 'a', 0), letter('new', 'n', 90 * DAY_MS)])
    nowMs = 999
    await driver.pipe([letter('new', 'n', 91 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['a', 'new'])
    nowMs = 1_000
    await driver.pipe([letter('new', 'n', 92 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['new'])
  })

  it('waits a day for sources if it does not know how many there are', async () => {
    let nowMs = 0
    const driver = create({ limits: { ...limits, sourceCount: undefined }, now: () => nowMs })
    await driver.pipe([letter('a', 'a', 0), letter('new', 'n', 90 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['a', 'new'])
    nowMs = DAY_MS + 1
    await driver.pipe([letter('new', 'n', 91 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['new'])
  })

  it('does not wait for a source that is silent for long, until it speaks again', async () => {
    let nowMs = 0
    const driver = create({ limits: { ...limits, sourceCount: 2 }, now: () => nowMs })
    await driver.pipe([letter('a', 'a', 0), letter('new', 'n', 90 * DAY_MS)])
    nowMs = DAY_MS + 1
    await driver.pipe([letter('new', 'n', 91 * DAY_MS)])
    expect(driver.storedKeys()).toEqual(['new'])
    expect(driver.observed.committed.at(-1)?.watermarkLagMs).toBe(0)
    await driver.pipe([{ ...letter('b', 'b', DAY_MS), headers: { source: '1' } }])
    expect(driver.observed.committed.at(-1)?.watermarkLagMs).toBe(90 * DAY_MS)
  })
})
