import { type AnchorDay, IDS_PER_QUERY_MAX, type TimelineId } from '../rows/anchor-days.ts'

type LookUp = (ids: readonly TimelineId[]) => Promise<readonly AnchorDay[]>

interface Joined {
  readonly ids: TimelineId[]
  readonly found: ReturnType<LookUp>
}

/**
 * Look-ups of one turn of the event loop, as one: a query costs nearly the same for one timeline as
 * for hundreds, and partitions whose rows leave together ask together. Each gets the answers of
 * all. What does not fit into one query is asked alone, and so is each after a failure, so that no
 * partition is refused again for another's ids.
 */
export function joinLookUps(lookUp: LookUp, idsMax = IDS_PER_QUERY_MAX): LookUp {
  let waiting: Joined | undefined
  return function joinedLookUp(ids) {
    const joined = waiting ?? begin()
    if (joined.ids.length + ids.length > idsMax) return lookUp(ids)
    joined.ids.push(...ids)
    return joined.found.catch(() => lookUp(ids))
  }

  function begin(): Joined {
    const ids: TimelineId[] = []
    const found = new Promise(setImmediate).then(() => {
      waiting = undefined
      return ids.length === 0 ? [] : lookUp(ids)
    })
    waiting = { ids, found }
    return waiting
  }
}
