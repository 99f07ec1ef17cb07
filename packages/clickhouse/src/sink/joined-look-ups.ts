import { type AnchorDay, type TimelineId } from '../rows/anchor-days.ts'

type LookUp = (ids: readonly TimelineId[]) => Promise<readonly AnchorDay[]>

/**
 * Look-ups of one turn of the event loop, as one: a query costs nearly the same for one timeline as
 * for hundreds, and partitions whose rows leave together ask together. Each gets the answers of
 * all, and the error.
 */
export function joinLookUps(lookUp: LookUp): LookUp {
  let waiting: { readonly ids: TimelineId[]; readonly found: ReturnType<LookUp> } | undefined
  return function joinedLookUp(ids) {
    const joined = (waiting ??= begin())
    joined.ids.push(...ids)
    return joined.found
  }

  function begin(): NonNullable<typeof waiting> {
    const ids: TimelineId[] = []
    const turn = new Promise(setImmediate)
    const found = turn.then(() => {
      waiting = undefined
      return lookUp(ids)
    })
    return { ids, found }
  }
}
