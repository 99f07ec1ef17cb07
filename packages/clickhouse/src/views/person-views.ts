import { personTexts } from '../dictionary/person-texts.ts'
import { ALIAS_PAIRS, connectedBy, edgesOf, MARKS_DAYS } from '../settled/persons-sql.ts'
import { notCanary, type ViewContext, type ViewDefinition } from './view-definition.ts'

/** A query that looked before it was settled has looked at everything else by then. */
const QUERY_LOOKS = 'INTERVAL 30 SECOND'

const NEVER = "toDateTime64(0, 6, 'UTC')"

/**
 * What is settled, and what was said since. Two ids that people call wrongly joined are settled as
 * if they were not; the ids of their person stand for themselves here, and are joined anew by their
 * aliases. What was said since is found out once, so that no id has two persons or none.
 */
function selectPersons({ source, views }: ViewContext): string {
  const exclusions = `${views}.contact_alias_exclusions`
  const stored = `${source}.settled_persons FINAL`
  const settled = `
        SELECT * FROM ${stored}
        WHERE settled_through > ${NEVER} AND NOT has(parted, (scope, person))`
  const marked = `${source}.alias_marks WHERE marked_at > settled_through`
  const edges = edgesOf({
    settled,
    ids: `SELECT scope, arrayJoin([a, b]) FROM ${marked}`,
    pairs: `
              SELECT DISTINCT scope, a, b FROM (
                SELECT scope, a, b FROM ${marked}
                UNION ALL
                SELECT ${ALIAS_PAIRS} FROM ${source}.contact_aliases
                WHERE ${notCanary} AND (settled_through = ${NEVER} OR (scope, a) IN (
                  SELECT scope, id FROM ${stored} WHERE has(parted, (scope, person))))
              )
              WHERE (scope, a, b) NOT IN (
                SELECT scope, least(left_id, right_id), greatest(left_id, right_id)
                FROM ${exclusions})`,
  })
  const ofEdges = (columns: string): string => `(
          SELECT one.1 AS scope, ${columns} FROM (SELECT arrayJoin(edges) AS one))`
  const nodes = ofEdges('arrayJoin(one.2) AS node')
  return `
      WITH (
        SELECT if(max(through) < now() - toIntervalDay(${MARKS_DAYS - 1}), ${NEVER}, max(through))
        FROM ${source}.settled_aliases
        WHERE settled_at < now64(6, 'UTC') - ${QUERY_LOOKS}
      ) AS settled_through,
      (
        SELECT groupArray((scope, person)) FROM (
          SELECT scope, person FROM ${stored}
          WHERE (scope, id) IN (
            SELECT scope, arrayJoin([left_id, right_id]) FROM ${exclusions})
          GROUP BY scope, person HAVING count() > 1)
      ) AS parted,
      (SELECT groupArray((scope, edge)) FROM (${edges})) AS edges
      SELECT scope, id, person FROM (
        SELECT scope, id, person FROM (${settled})
        WHERE (scope, (person, false)) NOT IN ${nodes} AND (scope, (id, true)) NOT IN ${nodes}
        UNION ALL
        SELECT c.scope, if(c.is_id, c.name, s.id) AS id, c.person
        FROM (${connectedBy(ofEdges('one.2 AS edge'))}) AS c
        LEFT JOIN (
          SELECT scope, id, person, false AS is_id FROM (${settled})
          WHERE person IN (SELECT node.1 FROM ${nodes})
        ) AS s ON s.scope = c.scope AND s.person = c.name AND s.is_id = c.is_id
        WHERE c.is_id OR s.id != '')`
}

export const personViews: readonly ViewDefinition[] = [
  {
    // Within an account: a user id means nothing in another one.
    name: 'persons',
    text: personTexts.persons,
    select: selectPersons,
  },
]
