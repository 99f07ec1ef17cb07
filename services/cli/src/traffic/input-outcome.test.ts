import { describe, expect, it } from '@jest/globals'
import { type StoredReceipt } from './input-queries.ts'
import { renderInputReport } from './input-report.ts'
import { plainPaint } from '../output/terminal.ts'
import { type SentBody, toInputReport, toOutcome } from './input-outcome.ts'

function sent(file: string, part: Partial<SentBody> = {}): SentBody {
  return { file, channel: 'cloud', bytes: 100, status: 200, receiptId: `r-${file}`, ...part }
}

function stored(part: Partial<StoredReceipt> = {}): StoredReceipt {
  return {
    receiptId: 'r',
    verdict: 'decoded',
    rawPartition: 0,
    rawOffset: 1,
    events: 2,
    deadLetters: 0,
    storedEvents: 2,
    deadLetterReasons: [],
    ...part,
  }
}

const outcomes = [
  toOutcome(sent('good'), stored()),
  toOutcome(
    sent('part'),
    stored({
      verdict: 'partial',
      deadLetters: 3,
      deadLetterReasons: ['item_invalid', 'wrong_shape', 'item_invalid'],
    }),
  ),
  toOutcome(
    sent('junk'),
    stored({
      verdict: 'undecodable',
      events: 0,
      storedEvents: 0,
      deadLetters: 1,
      deadLetterReasons: ['not_json'],
    }),
  ),
  toOutcome(sent('void'), stored({ verdict: 'empty', events: 0, storedEvents: 0 })),
  toOutcome(sent('huge', { status: 413, bytes: 4_000_000, receiptId: null }), undefined),
]

describe('toOutcome', () => {
  it('has nothing to explain for a body that is completely stored', () => {
    expect(outcomes[0]?.difference).toBeNull()
  })

  it('explains dead letters, emptiness and refusals', () => {
    expect(outcomes.slice(1).map(({ difference }) => difference)).toEqual([
      'dead letters: 2 × item_invalid, wrong_shape',
      'dead letters: not_json',
      'nothing in it to make events of',
      'refused (413): 4000000 bytes are over the limit',
    ])
  })

  it('reports an ack that left no trace, and events that are missing', () => {
    expect(toOutcome(sent('x'), undefined).difference).toBe(
      'acked, but raw_webhooks has no verdict of it',
    )
    expect(toOutcome(sent('x'), stored({ storedEvents: 1 })).difference).toBe(
      '1 of 2 events are in message_events',
    )
  })
})

describe('toInputReport', () => {
  it('adds the outcomes up', () => {
    expect(toInputReport(outcomes)).toMatchObject({
      bodies: 5,
      acked: 4,
      refused: 1,
      decoded: 1,
      partial: 1,
      empty: 1,
      undecodable: 1,
      deadLettered: 2,
      deadLetterReasons: { item_invalid: 2, wrong_shape: 1, not_json: 1 },
      stored: 4,
      events: 4,
      storedEvents: 4,
      lost: 0,
    })
  })

  it('counts as lost what was acked and is not stored', () => {
    expect(toInputReport([toOutcome(sent('x'), undefined)]).lost).toBe(1)
  })
})

describe('renderInputReport', () => {
  it('lists every difference with its file', () => {
    const text = renderInputReport(toInputReport(outcomes), plainPaint)
    expect(text).toContain('Differences (4)')
    expect(text).toContain('  huge  refused (413): 4000000 bytes are over the limit')
    expect(text).toContain('Every acked body is accounted for.')
  })
})
