const TO_ESCAPE = /[\\'\0]/g

/** Any text as a literal of ClickHouse's SQL. A lone surrogate becomes U+FFFD, as in the rows. */
export function sqlText(text: string): string {
  return `'${text.toWellFormed().replace(TO_ESCAPE, escapeCharacter)}'`
}

function escapeCharacter(character: string): string {
  return character === '\0' ? '\\0' : `\\${character}`
}
