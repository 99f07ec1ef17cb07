interface Edit {
  /** From the root. */
  readonly file: string
  /** Is in the file once. */
  readonly original: string
  readonly without: string
}

export interface Protection {
  readonly name: string
  /** The fault case that fails without it. */
  readonly case: string
  readonly edits: readonly Edit[]
}

/**
 * What each case of the fault suite relies on, and how it looks without: `npm run test:protections`
 * takes them out one by one and sees the case fail.
 */
export const protections: readonly Protection[] = [
  {
    name: 'ack-by-all-replicas', case: 'brokers-two-down',
    edits: [
      edit('packages/kafka/src/producer-lane.ts', 'acks: -1, messages', 'acks: 1, messages'),
      edit('packages/kafka/src/producer-lane.ts', 'idempotent: true,', 'idempotent: false,'),
    ],
  },
  {
    name: 'coordinator-is-looked-for-again', case: 'brokers-ended',
    edits: [edit(
      'packages/kafka/src/wire/coordinator-search.ts',
      'throw isNotFound ? Object.assign(error, { retriable: true }) : error', 'throw error')],
  },
  {
    name: 'unanswered-requests-time-out', case: 'ingest-answers-swallowed',
    edits: [
      edit('packages/kafka/src/connection.ts',
        'requestTimeout: settings.requestTimeoutMs,', 'requestTimeout: 3_600_000,'),
      edit('packages/kafka/src/producer-lane.ts',
        '}, this.#settings.attemptMsMax)', '}, 3_600_000)'),
    ],
  },
  {
    name: 'body-limit', case: 'ingest-bodies',
    edits: [edit('services/ingestor/src/read-body.ts',
      "if (length + chunk.length > bytesMax) return giveUp('too_large')", 'void bytesMax')],
  },
  {
    name: 'certificate-reload', case: 'ingest-expired-certificate',
    edits: [edit('services/ingestor/src/reload.ts',
      'if (!await hasChanged(snapshot)) return', 'if (snapshot !== undefined) return')],
  },
  {
    name: 'failed-fsync-is-no-ack', case: 'ingest-fsync-error',
    edits: [edit('services/ingestor/src/spool/write-spool-file.ts',
      "await step('fsync', file.sync())", 'await file.sync().catch(() => undefined)')],
  },
  {
    name: 'many-records-in-a-file', case: 'ingest-fsync-slow',
    edits: [edit('services/ingestor/src/spool/spool-writer.ts',
      'return index > 0 && bytes > this.#options.fileBytesMax', 'return index > 0')],
  },
  {
    name: 'no-ack-by-the-clock', case: 'ingest-kafka-down-refusing',
    edits: [edit('services/ingestor/src/group-commit.ts',
      "entry.settle?.('timed_out')", "entry.settle?.('acked')")],
  },
  {
    name: 'spool-takes-what-kafka-does-not', case: 'ingest-kafka-down-spooling',
    edits: [edit('services/ingestor/src/spooled-raw-log.ts',
      'kafka.isAvailable() || spool.isAccepting()', 'kafka.isAvailable()')],
  },
  {
    name: 'ack-behind-the-append', case: 'ingest-killed',
    edits: [edit('services/ingestor/src/group-commit.ts',
      'void this.#produce(partition, entries).then',
      `for (const entry of entries) {
        entry.settle?.('acked')
        entry.settle = undefined
      }
      void this.#produce(partition, entries).then`)],
  },
  {
    name: 'files-go-behind-kafkas-ack', case: 'ingest-killed-draining',
    edits: [edit('services/ingestor/src/spool/spool-drainer.ts',
      'await this.#send(files.flatMap(({ records }) => records), partition)',
      `await this.#remove(files.map(({ file }) => file))
      await this.#send(files.flatMap(({ records }) => records), partition)`)],
  },
  {
    name: 'ack-behind-the-files-fsync', case: 'ingest-killed-spooling',
    edits: [edit('services/ingestor/src/spool/spool-writer.ts',
      'settleAll(this.#current, this.#current.length > 0 && await this.#store(this.#current))',
      `settleAll(this.#current, true)
      await this.#store(this.#current)`)],
  },
  {
    name: 'silence-is-noticed', case: 'ingest-silent-leader',
    edits: [
      edit('packages/kafka/src/chained-producer.ts',
        'const OUTSTANDING_MS_MAX = 2_000', 'const OUTSTANDING_MS_MAX = 3_600_000'),
      edit('services/ingestor/src/spooled-raw-log.ts',
        "if (outcome !== 'timed_out') return outcome", 'return outcome'),
    ],
  },
  {
    name: 'slow-requests-time-out', case: 'ingest-slow-clients',
    edits: [
      edit('services/ingestor/src/edge/public-server.ts',
        'headersTimeout: options.headersTimeoutMs,', 'headersTimeout: 0,'),
      edit('services/ingestor/src/edge/public-server.ts',
        'requestTimeout: options.requestTimeoutMs,', 'requestTimeout: 0,'),
    ],
  },
  {
    name: 'full-disk-is-no-ack', case: 'ingest-spool-full',
    edits: [edit('services/ingestor/src/spool/write-spool-file.ts',
      "await step('write', file.write(bytes))", 'await file.write(bytes).catch(() => undefined)')],
  },
  {
    name: 'a-stop-empties-the-spool', case: 'ingest-stopped',
    edits: [edit('services/ingestor/src/ingestor.ts',
      'await spool?.drain(deadlineMs - performance.now())', 'void deadlineMs')],
  },
  {
    name: 'position-past-what-was-compacted', case: 'processors-compacted-changelog',
    edits: [edit('packages/kafka/src/wire/fetched-batch.ts',
      '(batches.at(-1)?.lastOffset ?? -1) + 1', '(records.at(-1)?.offset ?? -1) + 1')],
  },
  {
    name: 'fencing', case: 'processors-frozen',
    edits: [anotherWriterEachTime()],
  },
  {
    name: 'state-behind-the-commit', case: 'processors-killed-at-each-step',
    edits: [stateBeforeCommit()],
  },
  {
    name: 'state-behind-the-commit-plainly', case: 'processors-killed-plainly',
    edits: [stateBeforeCommit()],
  },
  {
    name: 'the-older-rows-day', case: 'processors-late-read',
    edits: [edit('services/clickhouse-sink/src/anchors.ts',
      'const day = Math.min(timeline.anchorDay, ...known)',
      'const day = known.length < 0 ? 0 : timeline.anchorDay')],
  },
  {
    name: 'read-committed', case: 'processors-overlapping-aborts',
    edits: [edit('packages/kafka/src/wire/fetched-batch.ts',
      'return !(batch.isTransactional && active.has(batch.producerId))', 'return true')],
  },
  {
    name: 'gap-halts', case: 'processors-overtaken-by-retention',
    edits: [edit('packages/kafka/src/assigned-partition.ts',
      "throw new KafkaError('position_gap', message)", `this.position = message && fetchedOffset
      return true`)],
  },
  {
    name: 'fencing-in-a-storm', case: 'processors-rebalance-storm',
    edits: [anotherWriterEachTime()],
  },
  {
    name: 'state-knows-whose-it-is', case: 'processors-state-folder',
    edits: [edit('packages/state-store/src/usage-marker.ts',
      'return marker !== undefined && (marker === openMark(place, bootId) || ' +
        'marker === cleanMark(place))', 'return marker !== undefined && bootId !== undefined')],
  },
  {
    name: 'doubt-takes-the-partition-anew', case: 'processors-unanswered',
    edits: [edit('packages/processing/src/stateful-loop.ts',
      `await this.#drop(batch)
      this.#recover(batch, context, toError(error))`, 'void error')],
  },
  {
    name: 'registry-is-waited-for', case: 'registry-away',
    edits: [edit('packages/service-host/src/until-available.ts',
      'if (isPermanent?.(error) === true) throw error', 'throw error')],
  },
  {
    name: 'sigterm-stops-in-order', case: 'rolling-restart',
    edits: [edit('packages/service-host/src/run-service.ts',
      "process.on('SIGTERM', onSignal)", 'void onSignal')],
  },
  {
    name: 'bisection', case: 'sink-bad-row',
    edits: [edit('services/clickhouse-sink/src/table-writer.ts',
      `if (span.to - span.from > 1) waiting.push(...halvesOf(span))
    else rejected`, 'rejected')],
  },
  {
    name: 'clickhouse-is-waited-for', case: 'sink-clickhouse-down',
    edits: [edit('services/clickhouse-sink/src/until-done.ts',
      "if (cause === 'bad_rows') return { error }", 'return { error }')],
  },
  {
    name: 'failed-inserts-are-repeated', case: 'sink-inserts-spoiled',
    edits: [edit('services/clickhouse-sink/src/until-done.ts',
      "if (cause === 'bad_rows') return { error }",
      `if (cause !== 'bad_rows') return undefined
      return { error }`)],
  },
  {
    name: 'commit-behind-the-insert', case: 'sink-killed',
    edits: [edit('services/clickhouse-sink/src/partition-lane.ts',
      'await writer.write(batch, signal)',
      `await commit({ topic, partition, offset: batch.nextOffset })
    await writer.write(batch, signal)`)],
  },
  {
    name: 'missing-table-is-no-bad-row', case: 'sink-table-missing',
    edits: [
      edit('packages/clickhouse/src/insert-failure.ts', '60, // UNKNOWN_TABLE', ''),
      edit('packages/clickhouse/src/insert-failure.ts',
        '6, // CANNOT_PARSE_TEXT', '6, 60, // CANNOT_PARSE_TEXT'),
    ],
  },
]

/** The folded state is kept before the transaction that tells of it is committed. */
function stateBeforeCommit(): Edit {
  return edit('packages/processing/src/stateful-partition.ts',
    'const changelogOffset = await this.#commit(run, folded)',
    `this.#store.apply(changes, this.#meta)
    const changelogOffset = await this.#commit(run, folded)`)
}

/** Each life of a writer has an id of its own, so that none fences the one before. */
function anotherWriterEachTime(): Edit {
  return edit('packages/kafka/src/transactional-writer.ts',
    'transactionalId: this.#options.transactionalId,',
    'transactionalId: `${this.#options.transactionalId}-${crypto.randomUUID()}`,')
}

function edit(file: string, original: string, without: string): Edit {
  return { file, original, without }
}
