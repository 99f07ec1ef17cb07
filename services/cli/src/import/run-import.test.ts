import { describe, expect, it } from '@jest/globals'
import { type OutgoingRecord } from '@wabastream/processing'
import { plainPaint } from '../output/terminal.ts'
import { toReceiptId } from './import-record.ts'
import { renderImport } from './import-tally.ts'
import { type InputLine } from './read-lines.ts'
import { type ImportOptions, runImport } from './run-import.ts'

const DAY_MS = 86_400_000
const t0 = Date.now() - 30 * DAY_MS
const options: ImportOptions = {
  channel: 'main',
  number: '77',
  receivedAt: { kind: 'pointer', path: ['at'] },
  bodyPath: ['body'],
  fromLine: 1,
  skipsExpired: false,
}

async function* linesOf(texts: readonly string[]): AsyncGenerator<InputLine> {
  for (const [index, text] of texts.entries()) yield { line: index + 1, bytes: Buffer.from(text) }
}

const lineAt = (ms: number, body = 'b'): string => JSON.stringify({ at: ms, body })
const lines = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => lineAt(t0 + index * 1_000, `b${index}`))

/** A raw topic in memory; `onSend` is called before each request is kept. */
function bench(onSend: (count: number) => void = () => undefined) {
  const records: OutgoingRecord[] = []
  const notes: string[] = []
  let requests = 0
  const stop = new AbortController()
  const run = (texts: readonly string[], given: Partial<ImportOptions> = {}, keptDays = 400) =>
    runImport(
      linesOf(texts),
      { ...options, ...given },
      {
        signal: stop.signal,
        target: {
          keptDays,
          partition: { topic: 'raw', partition: 0 },
          producer: {
            async send(_target, sent) {
              requests += 1
              onSend(requests)
              records.push(...sent)
              return { baseOffset: 0 }
            },
          },
        },
        terminal: {
          out: () => undefined,
          note: (line) => {
            notes.push(line)
          },
          paint: plainPaint,
          isInteractive: false,
          columns: Infinity,
        },
      },
    )
  return { run, records, notes, stop }
}

describe('an import', () => {
  it('appends each body with its own day, in order, and says where it is from', async () => {
    const { records, run } = bench()
    const report = await run([lineAt(t0, 'first'), '', 'junk', lineAt(t0 + 5, 'second')])
    expect(records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual([
      'first',
      'second',
    ])
    expect(records[1]?.headers).toEqual({
      'receipt-id': expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-/),
      'received-at': String(t0 + 5),
      channel: 'main',
      number: '77',
      verification: 'imported',
      origin: 'imported',
    })
    expect(report).toMatchObject({
      imported: 2,
      refused: 1,
      problems: [{ line: 3, problem: 'the line is not JSON' }],
      nextLine: 5,
      isWhole: true,
      backward: 0,
    })
    expect(renderImport(report)).toContain('  line 3: the line is not JSON')
  })

  it('gives bodies that are imported again the same receipts', async () => {
    const [first, second] = [bench(), bench()]
    await first.run(lines(2_500))
    await second.run(lines(2_500))
    expect(second.records).toEqual(first.records)
    const ids = new Set(first.records.map(({ headers }) => headers?.['receipt-id']))
    expect(ids.size).toBe(2_500)
    const same = { body: Buffer.from('b'), receivedAt: t0 }
    expect(toReceiptId({ ...same, line: 1 })).not.toBe(toReceiptId({ ...same, line: 2 }))
  })

  it('that is stopped and continued leaves nothing out and repeats nothing', async () => {
    const first = bench((count) => {
      if (count === 2) first.stop.abort(new Error('stopped'))
    })
    const report = await first.run(lines(4_500))
    expect(report.isWhole).toBe(false)
    expect(renderImport(report)).toContain(`continue with --from-line ${report.nextLine}`)
    const rest = bench()
    const { isWhole } = await rest.run(lines(4_500), { fromLine: report.nextLine })
    expect(isWhole).toBe(true)
    const whole = bench()
    await whole.run(lines(4_500))
    expect([...first.records, ...rest.records]).toEqual(whole.records)
  })

  it('says where to continue when Kafka refuses', async () => {
    const { notes, records, run } = bench((count) => {
      if (count === 3) throw new Error('refused')
    })
    await expect(run(lines(4_500))).rejects.toThrow('refused')
    expect(notes).toEqual([`continue with --from-line ${records.length + 1}`])
  })

  it('stops at a body that the tables would delete at once, after appending all before it', async () => {
    const texts = [lineAt(t0), lineAt(t0 - 20 * DAY_MS), lineAt(t0)]
    const { notes, records, run } = bench()
    await expect(run(texts, {}, 40)).rejects.toThrow(/Line 2 .* rows are kept for 40 days/)
    expect(records).toHaveLength(1)
    expect(notes).toEqual(['continue with --from-line 2'])
    const leaving = bench()
    expect(await leaving.run(texts, { skipsExpired: true }, 40)).toMatchObject({
      imported: 2,
      expired: 1,
      isWhole: true,
    })
  })

  it('says how many bodies are older than the one before', async () => {
    const { run } = bench()
    const report = await run([lineAt(t0), lineAt(t0 - 1), lineAt(t0)])
    expect(report.backward).toBe(1)
    expect(renderImport(report)).toContain('1 are older than the one before them')
  })
})
