import { type StoredReceipt } from './input-queries.ts'

/** What became of one input body. */
export interface InputOutcome {
  readonly file: string
  readonly channel: string
  /** Status of the answer; 0 if there was none. */
  readonly status: number
  readonly receiptId: string | null
  readonly verdict: string | null
  readonly events: number
  readonly storedEvents: number
  readonly deadLetters: readonly string[]
  /** Why the body is not completely in the tables; null if it is. */
  readonly difference: string | null
}

export interface InputReport {
  readonly bodies: number
  readonly acked: number
  readonly refused: number
  readonly decoded: number
  readonly partial: number
  readonly empty: number
  readonly undecodable: number
  /** Bodies with at least one dead letter, and the letters by reason. */
  readonly deadLettered: number
  readonly deadLetterReasons: Readonly<Record<string, number>>
  /** Rows of raw_webhooks. */
  readonly stored: number
  readonly events: number
  readonly storedEvents: number
  /** Acked, but ClickHouse does not hold what it should: somebody has to look. */
  readonly lost: number
  readonly outcomes: readonly InputOutcome[]
}

export interface SentBody {
  readonly file: string
  readonly channel: string
  readonly bytes: number
  readonly status: number
  readonly receiptId: string | null
}

export function toOutcome(body: SentBody, stored: StoredReceipt | undefined): InputOutcome {
  return {
    file: body.file,
    channel: body.channel,
    status: body.status,
    receiptId: body.receiptId,
    verdict: stored?.verdict ?? null,
    events: stored?.events ?? 0,
    storedEvents: stored?.storedEvents ?? 0,
    deadLetters: stored?.deadLetterReasons ?? [],
    difference: explainDifference(body, stored),
  }
}

function explainDifference(body: SentBody, stored: StoredReceipt | undefined): string | null {
  if (body.status !== 200) return explainRefusal(body)
  if (stored === undefined) return 'acked, but raw_webhooks has no verdict of it'
  const problems: string[] = []
  if (stored.storedEvents !== stored.events) {
    problems.push(`${stored.storedEvents} of ${stored.events} events are in message_events`)
  }
  if (stored.deadLetterReasons.length !== stored.deadLetters) {
    problems.push(`${stored.deadLetterReasons.length} of ${stored.deadLetters} dead letters stored`)
  }
  if (stored.deadLetterReasons.length > 0) {
    problems.push(`dead letters: ${countWords(stored.deadLetterReasons)}`)
  } else if (stored.verdict === 'empty') {
    problems.push('nothing in it to make events of')
  }
  return problems.length === 0 ? null : problems.join('; ')
}

function explainRefusal({ status, bytes }: SentBody): string {
  switch (status) {
    case 0:
      return 'no answer: the connection broke'
    case 401:
      return 'refused (401): not authentic'
    case 413:
      return `refused (413): ${bytes} bytes are over the limit`
    case 503:
      return 'refused (503): Kafka was away, or too much at once'
    default:
      return `refused (${status})`
  }
}

function countWords(words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => (count === 1 ? word : `${count} × ${word}`)).join(', ')
}

function isLost(outcome: InputOutcome): boolean {
  if (outcome.status !== 200) return false
  return outcome.verdict === null || outcome.storedEvents !== outcome.events
}

export function toInputReport(outcomes: readonly InputOutcome[]): InputReport {
  const acked = outcomes.filter(({ status }) => status === 200)
  const withVerdict = (verdict: string): number =>
    acked.filter((outcome) => outcome.verdict === verdict).length
  const reasons: Record<string, number> = {}
  for (const reason of acked.flatMap(({ deadLetters }) => deadLetters)) {
    reasons[reason] = (reasons[reason] ?? 0) + 1
  }
  return {
    bodies: outcomes.length,
    acked: acked.length,
    refused: outcomes.length - acked.length,
    decoded: withVerdict('decoded'),
    partial: withVerdict('partial'),
    empty: withVerdict('empty'),
    undecodable: withVerdict('undecodable'),
    deadLettered: acked.filter(({ deadLetters }) => deadLetters.length > 0).length,
    deadLetterReasons: reasons,
    stored: acked.filter(({ verdict }) => verdict !== null).length,
    events: acked.reduce((sum, { events }) => sum + events, 0),
    storedEvents: acked.reduce((sum, { storedEvents }) => sum + storedEvents, 0),
    lost: outcomes.filter(isLost).length,
    outcomes,
  }
}
