import { personTexts } from '../dictionary/person-texts.ts'
import { type ViewDefinition } from './view-definition.ts'

/** Aliases in a row that are followed from the least id of a person, which names the person. */
const STEPS = 6

const scope = "if(account_id = '', number, account_id)"

/** The least id within so many steps; everybody is a neighbour of their own. */
function reach(steps: number): string {
  if (steps === 0) return 'SELECT scope, id, id AS person FROM edges WHERE id = other'
  return `SELECT e.scope AS scope, e.id AS id, min(n.person) AS person
        FROM edges AS e INNER JOIN (${reach(steps - 1)}) AS n
          ON n.scope = e.scope AND n.id = e.other
        GROUP BY scope, id`
}

export const personViews: readonly ViewDefinition[] = [
  {
    // Within an account: a user id means nothing in another one. Rows of an earlier version have
    // both ids on timelines alone.
    name: 'persons',
    text: personTexts.persons,
    select: ({ source, views }) => `
      WITH edges AS (
        SELECT DISTINCT scope, pair.1 AS id, pair.2 AS other
        FROM (
          SELECT ${scope} AS scope, left_id, right_id FROM ${views}.contact_aliases
          UNION ALL
          SELECT DISTINCT ${scope}, contact_id, contact_user_id FROM ${source}.message_timeline
          WHERE contact_id != '' AND contact_user_id != ''
        )
        ARRAY JOIN [(left_id, right_id), (right_id, left_id), (left_id, left_id),
          (right_id, right_id)] AS pair
        WHERE (scope, left_id, right_id) NOT IN (
          SELECT scope, left_id, right_id FROM ${views}.contact_alias_exclusions)
      )
      SELECT scope, id, person FROM (${reach(STEPS)})`,
  },
]
