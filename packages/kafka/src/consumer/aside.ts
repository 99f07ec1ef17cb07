import { type AssignedPartition } from './assignment/assigned-partition.ts'
import { type Pauses } from './pauses.ts'

/** Most batches take less, and nobody notices a wait of this length. */
const AFTER_MS = 1_000

/**
 * The client fetches from a broker again only when all that it fetched last is done. So slow work,
 * whether it takes a partition or processes a batch, goes on aside: that partition is not fetched
 * meanwhile, but all others are.
 */
export class Aside {
  readonly #options: AsideOptions

  constructor(options: AsideOptions) {
    this.#options = options
  }

  /** Resolves when the work is done, or with undefined when others have waited long enough. */
  async unlessSlow<T>(partition: AssignedPartition, work: Promise<T>): Promise<T | undefined> {
    partition.works(work)
    const slow = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => {
      this.#put(partition)
      slow.resolve(undefined)
    }, this.#options.afterMs ?? AFTER_MS)
    try {
      return await Promise.race([work, slow.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #put(partition: AssignedPartition): void {
    const { pauses, seek } = this.#options
    partition.isAside = true
    pauses.apply(partition)
    void partition.idle().then(() => {
      partition.isAside = false
      if (!partition.isEnded && partition.position !== null) seek(partition, partition.position)
      pauses.apply(partition)
    })
  }
}

export interface AsideOptions {
  readonly pauses: Pick<Pauses, 'apply'>
  readonly seek: (partition: AssignedPartition, position: number) => void
  readonly afterMs: number | undefined
}
