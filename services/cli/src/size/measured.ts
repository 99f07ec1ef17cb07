/**
 * Measurements of this code, and where they were made. Two shared cores, Node 24, bodies of 590–690
 * bytes, 75 % statuses. CPU at a steady 500 webhooks a second: `npm run bench -- latency`; with
 * full batches: `npm run bench -- ingest` and `-- rebuild`, of messages that are all different.
 */
export const measured = {
  lowRate: 500,
  services: {
    ingestor: { lowRateUs: 169, fullBatchUs: 57, rssMb: 187 },
    decoder: { lowRateUs: 62, fullBatchUs: 22.4, rssMb: 391 },
    processor: { lowRateUs: 79, fullBatchUs: 19.6, rssMb: 406 },
    sink: { lowRateUs: 154, fullBatchUs: 37.6, rssMb: 313 },
  },
  /**
   * CPU of everything, servers included, per webhook of a rebuild: 309 083 webhooks at 10 400 a
   * second on two cores.
   */
  rebuildUs: 175,
  /** Bytes per webhook; see docs/decisions/0031 and the tables' laboratory. */
  bodyBytes: 690,
  /** Our headers, the key and the framing of a record in a topic. */
  recordOverheadBytes: 250,
  /**
   * Bytes of a batch packed with zstd at level 1, as a share of what they were, by the records of
   * the batch: raw records with the bodies of `bodyBytes` and all their headers, signature
   * included (docs/decisions/0239). One webhook alone is mostly too small to be packed.
   */
  packedShare: [
    { records: 1, share: 1 },
    { records: 2, share: 0.5 },
    { records: 5, share: 0.345 },
    { records: 10, share: 0.276 },
    { records: 20, share: 0.235 },
    { records: 50, share: 0.202 },
    { records: 100, share: 0.188 },
  ],
  /** Least time between two batches of an ingestor, BATCH_SPACING_MS. */
  batchSpacingMs: 50,
  /** The same share of derived records, which are shorter, in batches of 20 and more. */
  derivedPackedShare: 0.36,
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
