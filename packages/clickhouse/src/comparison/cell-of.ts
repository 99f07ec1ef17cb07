import { latestReactions } from '../views/reactions.ts'

/** What a row says in a column, as text in SQL; never NULL, which is equal to nothing. */
export function cellOf(column: string): string {
  return `ifNull(toJSONString(${comparedAs(column)}), 'null')`
}

/** What is compared of a column: of reactions no more than a timeline keeps, merged rows may. */
export function comparedAs(column: string): string {
  return column === 'reactions' ? latestReactions(column) : column
}
