import { measured } from '../../size/measured.ts'

/** What an estimate is made from; each figure is of this installation, where there is one. */
export interface RebuildFacts {
  /** Raw records between where the rebuild begins and the end. */
  readonly webhooks: number
  /** Webhooks with rows in the live generation, 0 if it is not known, and its tables' disk. */
  readonly liveWebhooks: number
  readonly liveBytes: number
  /** CPU of all services and servers per webhook, as the last rebuild here had it. */
  readonly cpuUsPerWebhook: number | undefined
  readonly cores: number
}

export interface RebuildEstimate {
  readonly webhooks: number
  /** Of all services, brokers and ClickHouse. */
  readonly cpuMs: number
  /** On the cores, if nothing else runs there. */
  readonly durationMs: number
  readonly cores: number
  /** The topics of the generation, for each copy of them, not compressed. */
  readonly topicBytes: number
  readonly tableBytes: number
  readonly isRateOfHere: boolean
  /** False if `tableBytes` comes from a bench: the size of the live generation is not known. */
  readonly isSizeOfHere: boolean
}

/**
 * How long a rebuild takes, how much CPU and how much disk. Pure arithmetic: rows as large as those
 * of the live generation, and as fast as the last rebuild here, or else as the one that was
 * measured for `docs/performance.md`.
 */
export function estimateRebuild(facts: RebuildFacts): RebuildEstimate {
  const { cores, cpuUsPerWebhook, liveBytes, liveWebhooks, webhooks } = facts
  const cpuMs = (webhooks * (cpuUsPerWebhook ?? measured.rebuildUs)) / 1_000
  const isSizeOfHere = liveWebhooks > 0
  const rowBytes = isSizeOfHere ? liveBytes / liveWebhooks : measuredRowBytes()
  return {
    webhooks,
    cpuMs,
    durationMs: cpuMs / cores,
    cores,
    topicBytes: Math.round(webhooks * topicBytes()),
    tableBytes: Math.round(webhooks * rowBytes),
    isRateOfHere: cpuUsPerWebhook !== undefined,
    isSizeOfHere,
  }
}

/** Rows per webhook: the raw index, events and transitions, which are about as large as events. */
function measuredRowBytes(): number {
  const rows = 1 + measured.eventsPerWebhook + measured.transitionsPerWebhook
  return rows * measured.eventRowBytes + measured.timelineRowBytes
}

function topicBytes(): number {
  const overhead = measured.recordOverheadBytes
  const { eventsPerWebhook: events, transitionsPerWebhook: transitions } = measured
  return (
    measured.verdictBytes +
    events * (measured.eventBytes + overhead) +
    // Until they are compacted, each event has a timeline of its own.
    events * (measured.timelineBytes + overhead) +
    transitions * (measured.transitionBytes + overhead)
  )
}
