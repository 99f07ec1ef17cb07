import { edit, type Protection } from './protection.ts'

/** Protections of the decoder and the timeline processor. */
export const processorProtections: readonly Protection[] = [
  {
    name: 'position-past-what-was-compacted',
    case: 'processors-compacted-changelog',
    edits: [
      edit(
        'packages/kafka/src/wire/records/fetched-batch.ts',
        '(batches.at(-1)?.lastOffset ?? -1) + 1',
        '(records.at(-1)?.offset ?? -1) + 1',
      ),
    ],
  },
  {
    name: 'damage-halts',
    case: 'processors-damaged-log',
    edits: [
      edit(
        'packages/kafka/src/consumer/halts.ts',
        "return code === 'position_gap' || code === 'corrupt_batch'",
        "return code === 'position_gap'",
      ),
    ],
  },
  {
    name: 'former-state-version-stays-out',
    case: 'two-versions',
    edits: [
      edit(
        'services/timeline-processor/src/timeline-service.ts',
        'stateVersion: 3',
        'stateVersion: 1',
      ),
    ],
  },
  {
    name: 'slow-work-goes-on-aside',
    case: 'processors-slow-partition',
    edits: [edit('packages/kafka/src/consumer/aside.ts', 'this.#put(partition)', 'return')],
  },
  {
    name: 'fencing',
    case: 'processors-frozen',
    edits: [anotherWriterEachTime()],
  },
  {
    name: 'state-behind-the-commit',
    case: 'processors-killed-at-each-step',
    edits: [stateBeforeCommit()],
  },
  {
    name: 'state-behind-the-commit-plainly',
    case: 'processors-killed-plainly',
    edits: [stateBeforeCommit()],
  },
  {
    name: 'state-comes-back-whole',
    case: 'processors-killed-plainly',
    edits: [stateWithoutFacts()],
  },
  {
    name: 'the-older-rows-day',
    case: 'processors-late-read',
    edits: [
      edit(
        'packages/clickhouse/src/sink/anchors.ts',
        'const day = known.length === 0 ? timeline.anchorDay : Math.min(...known)',
        'const day = known.length < 0 ? 0 : timeline.anchorDay',
      ),
    ],
  },
  {
    name: 'older-rows-than-the-timeline',
    case: 'late-history',
    edits: [
      edit(
        'packages/clickhouse/src/sink/clickhouse-sink.ts',
        'if (this.#olderRows.mayExist(timeline, appendedMs)) {',
        'if (timeline.headless) {',
      ),
    ],
  },
  {
    name: 'no-clock-ahead-of-the-append',
    case: 'clock-ahead',
    edits: [
      edit(
        'packages/contracts/src/received-at.ts',
        "if (sinceMs < -AHEAD_MAX_MS) return 'ahead'",
        '',
      ),
    ],
  },
  {
    name: 'no-clock-behind-the-append',
    case: 'clock-behind',
    edits: [
      edit(
        'packages/contracts/src/received-at.ts',
        "return sinceMs > BEHIND_MAX_MS && !isLate ? 'behind' : null",
        'return isLate && BEHIND_MAX_MS < 0 ? null : null',
      ),
    ],
  },
  {
    name: 'expiry-by-own-time',
    case: 'rebuild-over-the-expiry',
    edits: [
      edit(
        'packages/processing/src/stateful/fold-records.ts',
        'return receivedAt > processor.lastReceivedAtOf(state) + expiryMs',
        `const all = Object(globalThis)
      all.streamTimeMs = Math.max(all.streamTimeMs ?? 0, receivedAt)
      return all.streamTimeMs > processor.lastReceivedAtOf(state) + expiryMs`,
      ),
    ],
  },
  {
    name: 'what-expired-under-way-is-written',
    case: 'rebuild-over-the-expiry',
    edits: [
      edit(
        'packages/processing/src/stateful/fold-records.ts',
        'if (isExpired) this.#write(key, slot)',
        '',
      ),
    ],
  },
  {
    name: 'read-committed',
    case: 'processors-overlapping-aborts',
    edits: [
      edit(
        'packages/kafka/src/wire/records/fetched-batch.ts',
        'return !(batch.isTransactional && active.has(batch.producerId))',
        'return true',
      ),
    ],
  },
  {
    name: 'gap-halts',
    case: 'processors-overtaken-by-retention',
    edits: [
      edit(
        'packages/kafka/src/wire/consumer-group.ts',
        'shipped.prototype.recoverFromOffsetOutOfRange = async function halt',
        'const left = { halt: shipped }; left.halt = async function halt',
      ),
      edit(
        'packages/kafka/src/consumer/assignment/assigned-partition.ts',
        "throw new KafkaError('position_gap', message)",
        `this.position = message && fetchedOffset
      return true`,
      ),
    ],
  },
  {
    name: 'state-comes-back-whole-in-a-storm',
    case: 'processors-rebalance-storm',
    edits: [stateWithoutFacts()],
  },
  {
    name: 'state-knows-whose-it-is',
    case: 'processors-state-folder',
    edits: [
      edit(
        'packages/state-store/src/usage-marker.ts',
        'return marker !== undefined && (marker === openMark(place, bootId) || ' +
          'marker === cleanMark(place))',
        'return marker !== undefined && bootId !== undefined',
      ),
    ],
  },
  {
    name: 'doubt-takes-the-partition-again',
    case: 'processors-unanswered',
    edits: [
      edit(
        'packages/processing/src/stateful/stateful-loop.ts',
        `await this.#drop(batch)
      this.#recover(batch, context, toError(error))`,
        'void error',
      ),
    ],
  },
]

/** The folded state is kept before the transaction that reports it is committed. */
function stateBeforeCommit(): Protection['edits'][number] {
  return edit(
    'packages/processing/src/stateful/stateful-partition.ts',
    'const changelogOffset = await this.#commit(run, folded)',
    `this.#store.apply(changes, this.#meta)
    const changelogOffset = await this.#commit(run, folded)`,
  )
}

/** Each life of a writer has an id of its own, so that none fences the one before. */
function anotherWriterEachTime(): Protection['edits'][number] {
  return edit(
    'packages/kafka/src/producer/transactional-writer.ts',
    'transactionalId: this.#options.transactionalId,',
    'transactionalId: `${this.#options.transactionalId}-${crypto.randomUUID()}`,',
  )
}

/** Restored state lacks facts, as if they had never been reported. */
function stateWithoutFacts(): Protection['edits'][number] {
  return edit(
    'services/timeline-processor/src/timeline-serde.ts',
    "if (record.type === 'MessageTimeline') return record.data",
    `if (record.type === 'MessageTimeline') {
  const gone = { sentAt: null, deliveredAt: null, messageType: null, reaction: null }
  const unbilled = { pricingCategory: null, callbackData: null, contactId: null }
  return { ...record.data, ...gone, ...unbilled }
}`,
  )
}
