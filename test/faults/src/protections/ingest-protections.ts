import { edit, type Protection } from './protection.ts'

/** Protections of the ingestor and its spool. */
export const ingestProtections: readonly Protection[] = [
  {
    name: 'unanswered-requests-time-out',
    case: 'ingest-answers-swallowed',
    edits: [
      edit(
        'packages/kafka/src/connection/connection.ts',
        'requestTimeout: settings.requestTimeoutMs,',
        'requestTimeout: 3_600_000,',
      ),
      edit(
        'packages/kafka/src/producer/producer-lane.ts',
        '}, this.#settings.attemptMsMax)',
        '}, 3_600_000)',
      ),
    ],
  },
  {
    name: 'body-limit',
    case: 'ingest-bodies',
    edits: [
      edit(
        'services/ingestor/src/admission/read-body.ts',
        "if (length + chunk.length > this.#bytesMax) return this.#giveUp('too_large')",
        'void length',
      ),
    ],
  },
  {
    name: 'certificate-reload',
    case: 'ingest-expired-certificate',
    edits: [
      edit(
        'services/ingestor/src/reload/reload.ts',
        'if (!(await hasChanged(snapshot))) return',
        'if (snapshot !== undefined) return',
      ),
    ],
  },
  {
    name: 'failed-fsync-is-no-ack',
    case: 'ingest-fsync-error',
    edits: [
      edit(
        'services/ingestor/src/spool/write-spool-file.ts',
        "await step('fsync', file.sync())",
        'await file.sync().catch(() => undefined)',
      ),
    ],
  },
  {
    name: 'many-records-in-a-file',
    case: 'ingest-fsync-slow',
    edits: [
      edit(
        'services/ingestor/src/spool/spool-writer.ts',
        'return index > 0 && bytes > this.#options.fileBytesMax',
        'return index > 0',
      ),
    ],
  },
  {
    name: 'no-ack-by-the-clock',
    case: 'ingest-kafka-down-refusing',
    edits: [
      edit(
        'services/ingestor/src/raw-log/group-commit.ts',
        "entry.settle?.('timed_out')",
        "entry.settle?.('acked')",
      ),
    ],
  },
  {
    name: 'spool-takes-what-kafka-does-not',
    case: 'ingest-kafka-down-spooling',
    edits: [
      edit(
        'services/ingestor/src/spool/spooled-raw-log.ts',
        'kafka.isAvailable() || spool.isAccepting()',
        'kafka.isAvailable()',
      ),
    ],
  },
  {
    name: 'ack-behind-the-append',
    case: 'ingest-killed',
    edits: [
      edit(
        'services/ingestor/src/raw-log/group-commit.ts',
        'void this.#produce(partition, entries).then',
        `for (const entry of entries) {
        entry.settle?.('acked')
        entry.settle = undefined
      }
      void this.#produce(partition, entries).then`,
      ),
    ],
  },
  {
    name: 'files-go-behind-kafkas-ack',
    case: 'ingest-killed-draining',
    edits: [
      edit(
        'services/ingestor/src/spool/spool-drainer.ts',
        'await this.#send(records, partition)',
        `await this.#remove(files.map(({ file }) => file))
    await this.#send(records, partition)`,
      ),
    ],
  },
  {
    name: 'ack-behind-the-files-fsync',
    case: 'ingest-killed-spooling',
    edits: [
      edit(
        'services/ingestor/src/spool/spool-writer.ts',
        'settleAll(this.#current, this.#current.length > 0 && (await this.#store(this.#current)))',
        `settleAll(this.#current, true)
      await this.#store(this.#current)`,
      ),
    ],
  },
  {
    name: 'silence-is-noticed',
    case: 'ingest-silent-leader',
    edits: [
      edit(
        'packages/kafka/src/producer/chained-producer.ts',
        'const outstandingMsMax = options.outstandingMsMax ?? OUTSTANDING_MS_MAX',
        'const outstandingMsMax = OUTSTANDING_MS_MAX * 3_600',
      ),
      edit(
        'services/ingestor/src/spool/spooled-raw-log.ts',
        "if (outcome !== 'timed_out') return outcome",
        'return outcome',
      ),
    ],
  },
  {
    name: 'slow-requests-time-out',
    case: 'ingest-slow-clients',
    edits: [
      edit(
        'services/ingestor/src/http/public-server.ts',
        'headersTimeout: options.headersTimeoutMs,',
        'headersTimeout: 0,',
      ),
      edit(
        'services/ingestor/src/http/public-server.ts',
        'requestTimeout: options.requestTimeoutMs,',
        'requestTimeout: 0,',
      ),
    ],
  },
  {
    name: 'full-disk-is-no-ack',
    case: 'ingest-spool-full',
    edits: [
      edit(
        'services/ingestor/src/spool/write-spool-file.ts',
        "await step('write', file.write(bytes))",
        'await file.write(bytes).catch(() => undefined)',
      ),
    ],
  },
  {
    name: 'strangers-make-room',
    case: 'ingest-strangers',
    edits: [
      edit(
        'services/ingestor/src/admission/strangers-budget.ts',
        'if (this.#bytes + cost > bytesMax) this.#makeRoom(stranger, cost)',
        'void this.#makeRoom',
      ),
    ],
  },
  {
    name: 'a-stop-empties-the-spool',
    case: 'ingest-stopped',
    edits: [
      edit(
        'services/ingestor/src/ingestor.ts',
        'await spool?.drain(deadlineMs - performance.now())',
        'void deadlineMs',
      ),
    ],
  },
  {
    name: 'the-provider-keeps-what-is-not-appended',
    case: 'provider-queue-overflows',
    edits: [
      edit(
        'services/ingestor/src/raw-log/group-commit.ts',
        'void this.#produce(partition, entries).then',
        `for (const entry of entries) {
        entry.settle?.('acked')
        entry.settle = undefined
      }
      void this.#produce(partition, entries).then`,
      ),
    ],
  },
]
