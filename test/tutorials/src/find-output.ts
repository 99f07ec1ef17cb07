/** The first of the wanted lines that the output does not have behind the ones before it. */
export function findMissingLine(output: string, wanted: readonly string[]): string | undefined {
  const lines = output.split('\n').map((line) => line.trim())
  let from = 0
  for (const line of wanted) {
    const parts = line.trim().split('…')
    const found = lines.findIndex((given, index) => index >= from && isLike(given, parts))
    if (found === -1) return line
    from = found + 1
  }
  return undefined
}

/** Whether a line is these parts, with anything between them. */
function isLike(line: string, [first = '', ...parts]: readonly string[]): boolean {
  const last = parts.pop()
  if (last === undefined) return line === first
  if (!line.startsWith(first)) return false
  let from = first.length
  for (const part of parts) {
    const at = line.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return line.length - last.length >= from && line.endsWith(last)
}
