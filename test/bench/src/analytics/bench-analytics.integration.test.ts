// Goal: what is loaded is what was generated, and every figure is measured on it. Method: a small
// load into an engine of its own, asked a few queries, and asked again from the same folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { measure } from './ask/measure.ts'
import { benchAnalytics } from './bench-analytics.ts'
import { withEngine } from './engine/engine.ts'
import { renderComparison } from './report/compare.ts'
import { type Results, resultsSchema } from './report/results.ts'
import { renderSize } from './report/tables.ts'

const DAYS = 2
const MESSAGES_PER_DAY = 1_500

describe('bench analytics', () => {
  const work = mkdtempSync(join(tmpdir(), 'wabastream-bench-'))
  const progress: string[] = []
  const options = {
    work,
    sizes: [{ name: 'small', days: DAYS }],
    messagesPerDay: MESSAGES_PER_DAY,
    runs: 1,
    secondsMax: 60,
    reload: false,
    onProgress: (line: string) => progress.push(line),
  }
  let results: Results
  beforeAll(async () => {
    results = await benchAnalytics({ ...options, only: 'What ' })
  }, 300_000)
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  const answerOf = (name: string) => {
    const found = results.sizes[0]?.answers.find((answer) => answer.name === name)
    if (found === undefined) throw new Error(`not asked: ${name}`)
    return found
  }

  it('finds in the tables what was generated, once for each message when merged', () => {
    const [size] = results.sizes
    const rowsOf = (state: 'live' | 'merged', table: string): number =>
      size?.disk[state].find((one) => one.table === table)?.rows ?? 0
    expect(rowsOf('live', 'message_events')).toBe(size?.events)
    const messages = rowsOf('merged', 'message_timeline')
    expect(messages / (DAYS * MESSAGES_PER_DAY)).toBeCloseTo(1, 1)
    expect(rowsOf('merged', 'raw_webhooks')).toBe(size?.events)
  })

  it('finds the message and the customer that it asks for', () => {
    expect(answerOf('guide/messages: What became of one message').live.rowsFound).toBe(1)
    const contact = answerOf('guide/messages: What a contact wrote and was sent in the last month')
    expect(contact.merged.rowsFound).toBeGreaterThan(0)
  })

  it('measures time, rows, bytes and memory', () => {
    const { live } = answerOf('wabastream: messages/What the codes mean')
    expect(live.ms).toBeGreaterThan(0)
    expect(live.rowsRead).toBeGreaterThan(DAYS * MESSAGES_PER_DAY * 0.8)
    expect(live.bytesRead).toBeGreaterThan(live.rowsRead)
    expect(live.peakBytes).toBeGreaterThan(1e5)
  })

  it('says which query the engine refuses', async () => {
    await withEngine(join(work, 'small', 'merged'), async ({ url }) => {
      const options = { url, runs: 1, secondsMax: 0.1 }
      const unread = await measure('SELECT lost FROM wa.messages', options)
      expect(unread.failure).toContain('UNKNOWN_IDENTIFIER')
      const endless = await measure('SELECT max(number) FROM system.numbers', options)
      expect(endless.failure).toContain('TIMEOUT_EXCEEDED')
      expect(endless.rowsRead).toBeGreaterThan(10_000)
    })
  })

  it('loads a folder once, and gives figures that can be kept and compared', async () => {
    progress.length = 0
    const again = await benchAnalytics({ ...options, only: 'What became of one' })
    expect(progress.filter((line) => /loaded|merging/.test(line))).toEqual([])
    const kept = resultsSchema.parse(JSON.parse(JSON.stringify(results)))
    expect(renderComparison(kept, again)).toContain('What became of one message')
    expect(again.sizes.map(renderSize).join('\n')).toContain('bytes on disk: measured')
  }, 120_000)
})
