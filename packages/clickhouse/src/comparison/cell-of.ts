/** What a row says in a column, as text in SQL; never NULL, which is equal to nothing. */
export function cellOf(column: string): string {
  return `ifNull(toJSONString(${column}), 'null')`
}
