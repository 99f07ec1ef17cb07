/** Actors whose reactions a timeline keeps; merged rows may hold more. */
const ACTORS_MAX = 64

/**
 * Of each actor the last reaction, latest first, as (actor, time, emoji), in SQL; equal times in
 * the order of the fold. The column `reactions` is a pair of lists: actors, (time, emoji). No time
 * is -1, and no emoji one that was taken back.
 */
export function latestReactions(column: string): string {
  return `arraySlice(arrayReverseSort(one -> (one.2, one.3, one.1),
          arrayMap((actor, last) -> (actor, last.1, last.2), ${column}.1, ${column}.2)),
          1, ${ACTORS_MAX})`
}

export const LATEST_REACTIONS = latestReactions('t.reactions')

// An actor is `business`, nobody, or `id/user id`, of which one may be empty.
const idsOf = (actor: string): string => `splitByChar('/', ${actor})`
const isSame = (left: string, right: string, place: 1 | 2): string =>
  `(${idsOf(left)}[${place}] != '' AND ${idsOf(left)}[${place}] = ${idsOf(right)}[${place}])`

/** Whether the two ids stand together in what another reaction names its actor by. */
const LINKED = `arrayExists(link -> match(link.1, '[^/]/.')
              AND ((${isSame('one.1', 'link.1', 1)} AND ${isSame('later.1', 'link.1', 2)})
                OR (${isSame('one.1', 'link.1', 2)} AND ${isSame('later.1', 'link.1', 1)})), reacted)`

/** Whether `later` is by the person of `one`: the fold's `isBy`. */
const IS_BY = `(one.1 = later.1 OR one.1 = '' OR (one.1 != 'business'
            AND later.1 NOT IN ('business', '') AND (${isSame('one.1', 'later.1', 1)}
              OR ${isSame('one.1', 'later.1', 2)} OR ${LINKED})))`

/** Those of `reacted`, the latest reactions, that their person neither took back nor replaced. */
export const STANDING_REACTIONS = `arrayFilter(
          (one, place) -> one.3 != '' AND NOT arrayExists(later -> ${IS_BY},
            arraySlice(reacted, 1, place - 1)),
          reacted, arrayEnumerate(reacted))`

/** Reactions as an analyst reads them: (actor, time or NULL, emoji). */
export function reactionsIn(list: string): string {
  return `arrayMap(one -> (one.1,
          if(one.2 < 0, NULL, fromUnixTimestamp64Milli(one.2, 'UTC')), one.3), ${list})`
}
