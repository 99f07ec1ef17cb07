import { type Verdict } from '@wabastream/contracts'
import { summarizeWebhook } from '@wabastream/whatsapp'
import { formatCount, formatTime } from '../output/format.ts'
import { type ImportedBody, type LineProblem } from './read-imported-body.ts'

const NAMED_MAX = 20

export interface ImportReport {
  readonly isDryRun: boolean
  /** Raw records that were appended, or would be. */
  readonly imported: number
  /** Bodies whose rows would be deleted at once. */
  readonly expired: number
  readonly refused: number
  /** The first of them. */
  readonly problems: readonly LineProblem[]
  /** ISO times of the oldest and the newest body; null if there is none. */
  readonly firstReceivedAt: string | null
  readonly lastReceivedAt: string | null
  /** Bodies with a time before that of the previous one. */
  readonly backward: number
  /** What a decoder would say; only in a dry run. */
  readonly verdicts?: Readonly<Partial<Record<Verdict, number>>>
  /** Line to continue with, `--from-line`: the first that is not done. */
  readonly nextLine: number
  readonly isWhole: boolean
}

/** Counts during an import; keeps nothing that grows with it. */
export class ImportTally {
  readonly #isDryRun: boolean
  readonly #verdicts = new Map<Verdict, number>()
  readonly #problems: LineProblem[] = []
  #refused = 0
  #expired = 0
  #imported = 0
  #backward = 0
  #firstMs = Infinity
  #lastMs = -Infinity
  #beforeMs = -Infinity
  #nextLine: number

  constructor(isDryRun: boolean, fromLine: number) {
    this.#isDryRun = isDryRun
    this.#nextLine = fromLine
  }

  /** The first line that is not done. */
  get nextLine(): number {
    return this.#nextLine
  }

  /** Everything before it is durable or reported. */
  passed(nextLine: number): void {
    this.#nextLine = nextLine
  }

  get imported(): number {
    return this.#imported
  }

  refuse(problem: LineProblem): void {
    this.#refused += 1
    if (this.#problems.length < NAMED_MAX) this.#problems.push(problem)
  }

  expire(): void {
    this.#expired += 1
  }

  add({ body, receivedAt }: ImportedBody, number: string | null): void {
    this.#imported += 1
    if (receivedAt < this.#beforeMs) this.#backward += 1
    this.#beforeMs = receivedAt
    this.#firstMs = Math.min(this.#firstMs, receivedAt)
    this.#lastMs = Math.max(this.#lastMs, receivedAt)
    if (!this.#isDryRun) return
    const options = { receivedAt, ...(number === null ? {} : { configuredNumber: number }) }
    const { verdict } = summarizeWebhook(body, options)
    this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1)
  }

  report(isWhole: boolean): ImportReport {
    const iso = (ms: number): string | null =>
      Number.isFinite(ms) ? new Date(ms).toISOString() : null
    return {
      isDryRun: this.#isDryRun,
      imported: this.#imported,
      expired: this.#expired,
      refused: this.#refused,
      problems: this.#problems,
      firstReceivedAt: iso(this.#firstMs),
      lastReceivedAt: iso(this.#lastMs),
      backward: this.#backward,
      ...(this.#isDryRun ? { verdicts: Object.fromEntries(this.#verdicts) } : {}),
      nextLine: this.#nextLine,
      isWhole,
    }
  }
}

export function renderImport(report: ImportReport): string {
  const { backward, expired, firstReceivedAt, lastReceivedAt, problems, refused, verdicts } = report
  const done = report.isDryRun ? 'would be imported; nothing was written' : 'imported'
  const lines = [`${formatCount(report.imported)} bodies ${done}`]
  if (firstReceivedAt !== null && lastReceivedAt !== null) {
    const [first, last] = [firstReceivedAt, lastReceivedAt].map((at) => formatTime(Date.parse(at)))
    lines.push(`  received from ${first} to ${last}`)
  }
  for (const [verdict, count] of Object.entries(verdicts ?? {})) {
    lines.push(`  ${formatCount(count)} ${verdict}`)
  }
  if (backward > 0) {
    lines.push(
      `  ${formatCount(backward)} are older than the one before them: sorted by time, ` +
        'timelines begin in the day of their first fact',
    )
  }
  if (expired > 0)
    lines.push(`${formatCount(expired)} left out: their rows would be erased at once`)
  if (refused > 0) lines.push(`${formatCount(refused)} refused:`)
  for (const { line, problem } of problems) lines.push(`  line ${line}: ${problem}`)
  if (refused > problems.length) lines.push(`  and ${formatCount(refused - problems.length)} more`)
  if (!report.isWhole) lines.push(`stopped: continue with --from-line ${report.nextLine}`)
  return lines.join('\n')
}
