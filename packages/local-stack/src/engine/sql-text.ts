const SKIPPED = /^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/
const QUOTED_OR_COMMENT =
  /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|--[^\n]*|\/\*[\s\S]*?\*\//g

/** Whether the statement is an INSERT, which may carry bytes that are not text. */
export function isInsert(sql: string): boolean {
  return /^insert\b/i.test(sql.replace(SKIPPED, ''))
}

/** A server refuses several statements in one request; the embedded engine would run them all. */
export function hasSeveralStatements(sql: string): boolean {
  if (!sql.includes(';')) return false
  return /;\s*[^;\s]/.test(sql.replace(QUOTED_OR_COMMENT, ' '))
}

/** The format that a query itself names, if it does. */
export function namedFormat(sql: string): string | undefined {
  return /\bFORMAT\s+(\w+)[\s;]*$/i.exec(sql)?.[1]
}
