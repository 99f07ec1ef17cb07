import Table from 'cli-table3'

/** What a process needs at saturation. */
export interface Saturation {
  readonly cpuUsPerWebhook: number
  readonly webhooksPerSecond: number
  readonly rssMb: number
}

export interface Delay {
  readonly p50: number
  readonly p99: number
}

export interface ForwardReport {
  readonly bench: 'forward'
  readonly webhooks: number
  readonly bodyBytesMean: number
  readonly ingestorUs: number
  readonly one: Saturation
  /** To two destinations, on one core; each webhook counts once. */
  readonly two: Saturation
  /** A consumer of the client as shipped with a fetch per record. */
  readonly plain: Saturation
  readonly ratePerSecond: number
  /** Of four destinations, without and with a fifth that is dead. */
  readonly delayMs: { readonly allWell: Delay; readonly oneDead: Delay }
  readonly loadAverage: { readonly before: number; readonly after: number }
}

/** CPU of the forwarder per webhook and destination, as a multiple of the ingestor's. */
const RATIO_MAX = 1.5
const TWO_PER_SECOND_MIN = 3_000

export function renderForward(report: ForwardReport): string {
  const { delayMs, ingestorUs, loadAverage, one, plain, two } = report
  const table = new Table({
    head: ['', 'CPU µs per webhook', 'of the ingestor', 'webhooks per second', 'RSS MB'],
    style: { head: [], border: [] },
  })
  const add = (name: string, { cpuUsPerWebhook, rssMb, webhooksPerSecond }: Saturation): void => {
    const times = `${(cpuUsPerWebhook / ingestorUs).toFixed(2)} ×`
    const perSecond = webhooksPerSecond.toFixed(0)
    table.push([name, cpuUsPerWebhook.toFixed(1), times, perSecond, rssMb.toFixed(0)])
  }
  table.push(['ingestor', ingestorUs.toFixed(1), '1', '', ''])
  add('forwarder, one destination', one)
  add('forwarder, two destinations on one core', two)
  add('plain consumer, one destination', plain)
  const ratio = one.cpuUsPerWebhook / ingestorUs
  const verdict = (isKept: boolean): string => (isKept ? 'kept' : 'missed')
  const render = ({ p50, p99 }: Delay): string => `p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)}`
  return [
    `forward: ${report.webhooks} webhooks of ${report.bodyBytesMean.toFixed(0)} bytes`,
    table.toString(),
    `bound: forwarder ≤ ${RATIO_MAX} × ingestor; ${ratio.toFixed(2)}: ${verdict(ratio <= RATIO_MAX)}`,
    `bound: two destinations on one core ≥ ${TWO_PER_SECOND_MIN} per second: ` +
      verdict(two.webhooksPerSecond >= TWO_PER_SECOND_MIN),
    `delay ms of four destinations at ${report.ratePerSecond} per second, from the receipt: ` +
      `${render(delayMs.allWell)}; with a fifth that is dead: ${render(delayMs.oneDead)}`,
    `load average: ${loadAverage.before.toFixed(1)} before, ${loadAverage.after.toFixed(1)} after`,
  ].join('\n')
}
