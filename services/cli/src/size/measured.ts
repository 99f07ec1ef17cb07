/**
 * Measurements of this code, and where they were made. Two shared cores, Node 24, bodies of 590–690
 * bytes, 75 % statuses. CPU at a steady 500 webhooks a second: `npm run bench -- latency`; with
 * full batches: `npm run bench -- ingest` and `-- derive`. The sink was not measured with full
 * batches; its figure is the one at 2000 a second, which is more.
 */
export const measured = {
  lowRate: 500,
  services: {
    ingestor: { lowRateUs: 292, fullBatchUs: 55, rssMb: 187 },
    decoder: { lowRateUs: 235, fullBatchUs: 15.4, rssMb: 391 },
    processor: { lowRateUs: 281, fullBatchUs: 10.1, rssMb: 406 },
    sink: { lowRateUs: 322, fullBatchUs: 87, rssMb: 313 },
  },
  /**
   * CPU of everything, servers included, per webhook of a rebuild: 467 209 webhooks at 6 500 a
   * second on two cores.
   */
  rebuildUs: 300,
  /** Bytes per webhook; see docs/decisions/0031 and the tables' laboratory. */
  bodyBytes: 690,
  /** Our headers, the key and the framing of a record in a topic. */
  recordOverheadBytes: 250,
  eventsPerWebhook: 1.15,
  transitionsPerWebhook: 0.89,
  eventBytes: 236,
  timelineBytes: 334,
  transitionBytes: 300,
  verdictBytes: 60,
  /** On the processor's disk, per timeline. */
  stateBytes: 600,
  /** In ClickHouse, compressed: all events of a message, and its timeline. */
  eventRowBytes: 46,
  timelineRowBytes: 61,
} as const

export type ServiceKey = keyof typeof measured.services
