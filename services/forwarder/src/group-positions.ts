import { type Destination, Ledger, type Start } from '@wabastream/forwarding'
import { type KafkaAdmin } from '@wabastream/kafka'
import { type Logger } from '@wabastream/service-host'

export interface GroupPositionsOptions {
  readonly admin: Pick<
    KafkaAdmin,
    'committedPositions' | 'endOffsets' | 'setPositions' | 'startOffsets'
  >
  readonly groupId: string
  readonly topic: string
  readonly destination: Destination
  /** Where a destination without any positions begins; the same for all processes. */
  readonly begin: (destination: Destination) => Promise<Start>
  readonly logger: Pick<Logger, 'error' | 'info' | 'warn'>
}

const GONE = 'webhooks were deleted before the destination had them'
/** A destination that began longer ago than this has committed. */
const NEW_MS = 600_000

/** What the group of a destination has kept in Kafka. */
export class GroupPositions {
  readonly #options: GroupPositionsOptions

  constructor(options: GroupPositionsOptions) {
    this.#options = options
  }

  /** The ledger of a partition, behind what the log no longer holds. */
  async ledgerOf(
    partition: number,
  ): Promise<{ readonly ledger: Ledger; readonly goneCount: number }> {
    const { admin, groupId, topic } = this.#options
    const committed = await admin.committedPositions(groupId, topic)
    const own = committed.find((position) => position.partition === partition)
    const ledger = own === undefined ? await this.#begun(partition) : Ledger.from(own)
    const logStart = (await admin.startOffsets(topic)).get(partition) ?? 0
    const goneCount = ledger.expire(logStart)
    this.#tell(goneCount)
    return { ledger, goneCount }
  }

  /** Partitions with records that are not settled, whichever process has them. */
  async behind(): Promise<ReadonlySet<number>> {
    const { admin, begin, destination, groupId, topic } = this.#options
    const ends = await admin.endOffsets(topic)
    const committed = await admin.committedPositions(groupId, topic)
    const { offsets } = await begin(destination)
    const behind = [...ends].filter(([partition, end]) => {
      const position = committed.find((one) => one.partition === partition)
      const kept = position ?? { offset: offsets.get(partition) ?? 0 }
      return Ledger.from(kept).pendingBefore(end) > 0
    })
    return new Set(behind.map(([partition]) => partition))
  }

  /**
   * Moves the group past what the log no longer holds, and counts that as absent: what is left
   * should not wait for a person. While the group has members, one of them has to do it.
   */
  async passOverGap(): Promise<void> {
    const { admin, destination, groupId, logger, topic } = this.#options
    try {
      const starts = await admin.startOffsets(topic)
      const moved = (await admin.committedPositions(groupId, topic)).flatMap((position) => {
        const ledger = Ledger.from(position)
        const goneCount = ledger.expire(starts.get(position.partition) ?? 0)
        return goneCount === 0 ? [] : [{ goneCount, ...position, ...ledger.position() }]
      })
      await admin.setPositions(groupId, moved)
      this.#tell(moved.reduce((sum, { goneCount }) => sum + goneCount, 0))
    } catch (err) {
      logger.warn({ destination: destination.name, err }, 'the gap is passed over later')
    }
  }

  async #begun(partition: number): Promise<Ledger> {
    const { begin, destination, logger } = this.#options
    const { atMs, offsets } = await begin(destination)
    const offset = offsets.get(partition) ?? 0
    const facts = { destination: destination.name, partition, offset, begunAt: atMs }
    if (Date.now() - atMs < NEW_MS) logger.info(facts, 'begins')
    else logger.warn(facts, 'its positions are gone, so it begins again where it once began')
    return Ledger.begin(offset)
  }

  #tell(count: number): void {
    const { destination, logger } = this.#options
    if (count > 0) logger.error({ destination: destination.name, count }, GONE)
  }
}
