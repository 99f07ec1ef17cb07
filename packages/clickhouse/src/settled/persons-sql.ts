/** How long marks are kept. What is settled as long ago is settled anew, from the aliases. */
export const MARKS_DAYS = 7

/** Of a row of `contact_aliases`: whose ids these are, and both in one order. */
export const ALIAS_PAIRS = `if(account_id = '', number, account_id) AS scope,
        least(left_id, right_id) AS a, greatest(left_id, right_id) AS b`

/** Each round doubles the steps: after the last one 64 edges in a row have been followed. */
const ROUNDS_MAX = 6
const NOT_FOLLOWED = 255

/**
 * What pairs of ids (scope, a, b) say that is not settled: edges between persons (name, false), or
 * ids that are in none (name, true).
 */
export const edgesOf = ({
  ids,
  pairs,
  settled,
}: {
  /** Those of the pairs (scope, id). */
  readonly ids: string
  readonly pairs: string
  /** The settled persons (scope, id, person). */
  readonly settled: string
}): string => `
          SELECT DISTINCT scope, arraySort(ends) AS edge FROM (
            SELECT scope, groupArray(if(s.person = '', (id, true), (s.person, false))) AS ends
            FROM (SELECT scope, (a, b) AS pair, arrayJoin([a, b]) AS id FROM (${pairs})) AS said
            LEFT ANY JOIN (
              SELECT scope, id, person FROM (${settled}) WHERE (scope, id) IN (${ids})
            ) AS s ON s.scope = said.scope AND s.id = said.id
            GROUP BY scope, pair HAVING ends[1] != ends[2])`

/**
 * Persons by what edges connect: of each node (name, is_id) the least name.
 *
 * Most have one edge to a node that has no other: nothing is followed there. Only from hubs, nodes
 * of several edges, to other hubs is it, and each stands for the nodes that have it as their only
 * other.
 */
export const connectedBy = (edges: string): string => `
        SELECT scope, arrayJoin(arrayPushBack(leaves, node)) AS member, member.1 AS name,
          member.2 AS is_id, least_name AS person
        FROM (
          WITH RECURSIVE reach AS (
            SELECT scope, node, one AS other,
              if(one = node, least(node, arrayMin(others.1)), one).1 AS least_name,
              if(one = node, arrayFilter(given -> NOT given.2, others).1, []) AS leaves,
              if(is_hub, 0, ${NOT_FOLLOWED})::UInt8 AS round
            FROM (
              SELECT scope, node, any(is_hub) AS is_hub,
                groupUniqArray((other, other_is_hub)) AS others
              FROM (
                SELECT *, max(is_hub AND node = edge[1]) OVER pair AS first_is_hub,
                  max(is_hub AND node = edge[2]) OVER pair AS second_is_hub,
                  if(node = edge[1], second_is_hub, first_is_hub) AS other_is_hub
                FROM (
                  SELECT scope, edge, one.1 AS node, one.2 AS other,
                    min(other) OVER of_node != max(other) OVER of_node AS is_hub
                  FROM (${edges})
                  ARRAY JOIN [(edge[1], edge[2]), (edge[2], edge[1])] AS one
                  WINDOW of_node AS (PARTITION BY scope, node)
                )
                WINDOW pair AS (PARTITION BY scope, edge)
              )
              GROUP BY scope, node HAVING is_hub OR NOT others[1].2
            )
            ARRAY JOIN arrayPushBack(
              arrayFilter(given -> is_hub AND given.2, others).1, node) AS one
            UNION ALL
            SELECT l.scope, l.node, r.other, min(r.least_name),
              CAST([], 'Array(Tuple(String, Bool))'), toUInt8(any(l.round) + 1)
            FROM reach AS l INNER JOIN reach AS r ON l.scope = r.scope AND l.other = r.node
            WHERE l.round < ${ROUNDS_MAX}
            GROUP BY l.scope, l.node, r.other
          )
          SELECT scope, node, min(least_name) AS least_name,
            if(max(round) = ${NOT_FOLLOWED}, [], groupArrayArray(leaves)) AS leaves
          FROM reach GROUP BY scope, node
        )`
