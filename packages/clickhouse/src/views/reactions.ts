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

// An actor is `business`, nobody, or `id/user id`, of which one may be empty.
const IDS = `arrayMap(one -> if(one.1 = 'business', [],
            arrayFilter(id -> id != '', splitByChar('/', one.1))), reacted)`

/**
 * Whether `later`, of the ids `other`, is by the person of `one`: the fold's `isBy`. Some actor
 * names an id of each, be it either of the two or a third.
 */
const IS_BY = `one.1 = '' OR one.1 = later.1
            OR arrayExists(actor -> hasAny(actor, own) AND hasAny(actor, other), ids)`

/** Those of `reacted` that their person neither took back nor replaced. */
const STANDING = `arrayFilter(
          (one, own, place) -> one.3 != '' AND NOT arrayExists((later, other) -> ${IS_BY},
            arraySlice(reacted, 1, place - 1), arraySlice(ids, 1, place - 1)),
          reacted, ids, arrayEnumerate(ids))`

/** A value under a name, in an expression: the engine plans it once, however often it is named. */
const having = (name: string, value: string, expression: string): string =>
  `arrayMap(${name} -> ${expression}, [${value}])[1]`

/** The latest reactions of the table `t` that stand. */
export const STANDING_REACTIONS = having(
  'reacted',
  latestReactions('t.reactions'),
  having('ids', IDS, STANDING),
)

/** Reactions as an analyst reads them: (actor, time or NULL, emoji). */
export function reactionsIn(list: string): string {
  return `arrayMap(one -> (one.1,
          if(one.2 < 0, NULL, fromUnixTimestamp64Milli(one.2, 'UTC')), one.3), ${list})`
}
