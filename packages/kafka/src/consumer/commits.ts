import { type CommittedPosition } from '@wabastream/processing'
import { type Assignment } from './assignment/assignment.ts'
import { CommitChain, type HeldPosition, lastOfEach } from './commit-chain.ts'
import { commitOffsets, type CommitOffsets } from './offset-commit.ts'

/** Commits positions of partitions that are held since the commit was asked for. */
export class Commits {
  readonly #assignment: Pick<Assignment, 'get' | 'endIfHeld'>
  readonly #isOver: () => boolean
  readonly #chain = new CommitChain((positions) => this.#commitTogether(positions))
  #client: CommitOffsets | undefined

  /** `isOver`: true once the consumer itself has ended. */
  constructor(assignment: Pick<Assignment, 'get' | 'endIfHeld'>, isOver: () => boolean) {
    this.#assignment = assignment
    this.#isOver = isOver
  }

  /** The client's own call, which comes with each batch. */
  use(client: CommitOffsets): void {
    this.#client = client
  }

  /** Throws `stale_assignment` if one of them is not, or no longer, held. */
  async commit(positions: readonly CommittedPosition[]): Promise<void> {
    if (positions.length === 0) return
    await this.#chain.commit(
      positions.map((position) => ({ position, held: this.#assignment.get(position) })),
    )
  }

  async #commitTogether(positions: readonly HeldPosition[]): Promise<void> {
    const held = positions.map((one) => one.held)
    await commitOffsets(lastOfEach(positions.map(({ position }) => position)), {
      commit: this.#client,
      isStale: () => this.#isOver() || held.some((partition) => partition?.isEnded !== false),
      onGroupMoved: () => {
        this.#assignment.endIfHeld(held)
      },
    })
  }
}
