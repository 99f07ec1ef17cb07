import { personTexts } from '../dictionary/person-texts.ts'
import { notCanary, type ViewDefinition } from './view-definition.ts'

/** Each round doubles the steps: after the last one 64 aliases in a row have been followed. */
const ROUNDS_MAX = 6

/**
 * Most persons have two ids, of which neither has another alias: nothing is followed there. Only
 * from hubs, the ids of several aliases, to other hubs is it, and each stands for the ids that have
 * it as their only other. Hashes find the hubs: two ids of one hash would only be followed in vain.
 */
const hubs = `
        SELECT ends.1 AS hub_key
        FROM pairs ARRAY JOIN [(keys[1], keys[2]), (keys[2], keys[1])] AS ends
        GROUP BY hub_key HAVING min(ends.2) != max(ends.2)`

/** Of each hub its other ids, and whether these are hubs. */
const neighbours = `
        SELECT scope, ends.1 AS id, groupUniqArray((ends.2, ends.4)) AS others
        FROM (
          SELECT scope, a, b, arrayMap(key -> key IN (hubs), keys) AS are_hubs
          FROM pairs WHERE has(are_hubs, true)
        )
        ARRAY JOIN [(a, b, are_hubs[1], are_hubs[2]), (b, a, are_hubs[2], are_hubs[1])] AS ends
        WHERE ends.3
        GROUP BY scope, id`

export const personViews: readonly ViewDefinition[] = [
  {
    // Within an account: a user id means nothing in another one.
    name: 'persons',
    text: personTexts.persons,
    select: ({ source, views }) => `
      WITH RECURSIVE pairs AS (
        SELECT if(account_id = '', number, account_id) AS scope,
          least(left_id, right_id) AS a, greatest(left_id, right_id) AS b,
          [sipHash64(scope, a), sipHash64(scope, b)] AS keys
        FROM ${source}.contact_aliases
        WHERE ${notCanary} AND (scope, a, b) NOT IN (
          SELECT scope, least(left_id, right_id), greatest(left_id, right_id)
          FROM ${views}.contact_alias_exclusions)
      ),
      hubs AS (${hubs}),
      reach AS (
        SELECT scope, id, one.1 AS other,
          if(other = id, least(id, arrayMin(others.1)), other) AS least_id,
          if(other = id, arrayFilter(given -> NOT given.2, others).1, []) AS leaves,
          toUInt8(0) AS round
        FROM (${neighbours})
        ARRAY JOIN arrayPushBack(arrayFilter(given -> given.2, others), (id, true)) AS one
        UNION ALL
        SELECT l.scope, l.id, r.other, min(r.least_id), CAST([], 'Array(String)'),
          toUInt8(any(l.round) + 1)
        FROM reach AS l INNER JOIN reach AS r ON l.scope = r.scope AND l.other = r.id
        WHERE l.round < ${ROUNDS_MAX}
        GROUP BY l.scope, l.id, r.other
      )
      SELECT scope, id, person FROM (
        SELECT scope, id, a AS person
        FROM (
          SELECT DISTINCT scope, a, b FROM pairs WHERE NOT arrayExists(key -> key IN (hubs), keys)
        )
        ARRAY JOIN [a, b] AS id
        UNION ALL
        SELECT scope, arrayJoin(arrayPushBack(leaves, hub)) AS id, person
        FROM (
          SELECT scope, id AS hub, min(least_id) AS person, groupArrayArray(leaves) AS leaves
          FROM reach GROUP BY scope, id
        )
      )`,
  },
]
