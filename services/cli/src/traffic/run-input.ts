import { type SimulatedChannel, toWebhook } from '@wabastream/simulator'
import { CliError } from '../output/cli-error.ts'
import { type NamedBody, readBodies } from '../decode/read-bodies.ts'
import { readReceipts } from './input-queries.ts'
import { renderInputReport } from './input-report.ts'
import { awaitSettled } from './await-settled.ts'
import { type InputReport, type SentBody, toInputReport, toOutcome } from './input-outcome.ts'
import { type RunningPipeline } from './running-pipeline.ts'
import { sendWithProgress } from './send-with-progress.ts'
import { connectClickHouse } from '../installation/connect-clickhouse.ts'

const RECEIPT_HEADER = 'x-receipt-id'
const flatLists = ['messages', 'statuses', 'errors', 'contacts'] as const

/** The bodies of a file, a folder or standard input (`-`). Throws when there are none. */
export async function readInput(path: string): Promise<readonly NamedBody[]> {
  const bodies: NamedBody[] = []
  for await (const body of readBodies([path], { splitFiles: true })) bodies.push(body)
  if (bodies.length === 0) throw new CliError(`${path} holds no bodies`, { exitCode: 2 })
  return bodies
}

/** Sends the bodies and says what became of each. */
export async function runInput(
  pipeline: RunningPipeline,
  options: { readonly bodies: readonly NamedBody[]; readonly json: boolean },
): Promise<InputReport> {
  const { terminal } = pipeline
  const { bodies } = options
  const fromMs = Date.now()
  const sent = await sendBodies(pipeline, bodies)
  await awaitSettled(pipeline)
  const report = await readReport(pipeline, { sent, fromMs })
  terminal.out(
    options.json ? JSON.stringify(report) : `\n${renderInputReport(report, terminal.paint)}\n`,
  )
  return report
}

async function sendBodies(
  pipeline: RunningPipeline,
  bodies: readonly NamedBody[],
): Promise<readonly SentBody[]> {
  const { terminal, webhooksUrl: url, signal, channels } = pipeline
  const webhooks = bodies.map(({ body }) => toWebhook(channelFor(body, channels), body))
  const { report, journal } = await sendWithProgress(terminal, { url, webhooks, signal })
  const receipts = new Map(journal.map(({ index, headers }) => [index, headers[RECEIPT_HEADER]]))
  const refusals = new Map(report.refused.map(({ index, status }) => [index, status]))
  return bodies.map(({ file, body }, index) => ({
    file,
    channel: webhooks[index]?.channel ?? '',
    bytes: body.length,
    status: receipts.has(index) ? 200 : (refusals.get(index) ?? 0),
    receiptId: receipts.get(index) ?? null,
  }))
}

/** Flat bodies name no number, so they go to the channel that has one; all others are signed. */
function channelFor(body: Buffer, channels: readonly SimulatedChannel[]): SimulatedChannel {
  const dialect = isFlat(body) ? 'flat' : 'cloud'
  const channel = channels.find((candidate) => candidate.dialect === dialect)
  if (channel === undefined) throw new CliError(`there is no channel for ${dialect} bodies`)
  return channel
}

function isFlat(body: Buffer): boolean {
  let root: unknown
  try {
    root = JSON.parse(body.toString('utf8'))
  } catch {
    return false
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return false
  return !Object.hasOwn(root, 'entry') && flatLists.some((list) => Object.hasOwn(root, list))
}

async function readReport(
  pipeline: RunningPipeline,
  options: { readonly sent: readonly SentBody[]; readonly fromMs: number },
): Promise<InputReport> {
  const { addresses, generation } = pipeline
  const { sent, fromMs } = options
  const clickhouse = connectClickHouse({ url: addresses.clickhouseUrl })
  try {
    const receiptIds = sent.flatMap(({ receiptId }) => (receiptId === null ? [] : [receiptId]))
    const receipts = await readReceipts(clickhouse, { receiptIds, fromMs, generation })
    return toInputReport(
      sent.map((body) =>
        toOutcome(body, body.receiptId === null ? undefined : receipts.get(body.receiptId)),
      ),
    )
  } finally {
    await clickhouse.close()
  }
}
