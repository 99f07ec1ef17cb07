import {
  type ColumnText,
  type Personal,
  toColumnComment,
  toViewComment,
  type ViewText,
} from './view-text.ts'

const BLOCK = /(<!-- view (\w+): written by `npm run generate` -->\n).*?(<!-- end of view -->\n)/gs

const IN_ANALYSIS: Readonly<Record<Personal, string>> = {
  none: '',
  person: 'pseudonym',
  persons: 'pseudonyms',
  message: 'pseudonym',
  text: 'left out',
  name: 'left out',
  place: 'left out',
}

/**
 * The guide with each view's block written from its texts. Throws if a view has no block, or a
 * block no view.
 */
export function fillGuide(guide: string, texts: ReadonlyMap<string, ViewText>): string {
  const missing = new Set(texts.keys())
  const filled = guide.replaceAll(BLOCK, (_, begin: string, view: string, end: string) => {
    const text = texts.get(view)
    if (text === undefined) throw new Error(`the guide has a block for ${view}, which is no view`)
    missing.delete(view)
    return `${begin}${toBlock(text)}${end}`
  })
  if (missing.size > 0) {
    throw new Error(`docs/analysts.md has no block for ${[...missing].join(', ')}`)
  }
  return filled
}

function toBlock(text: ViewText): string {
  const rows = Object.entries(text.columns).map(([name, column]) => toRow(name, column))
  const parameters = Object.entries(text.parameters ?? {}).map(
    ([name, { meaning, type }]) => `\n\`${name}\` (\`${type}\`): ${meaning}.`,
  )
  return [
    toViewComment(text),
    ...parameters,
    '',
    '| column | meaning | in `wa_analysis` |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function toRow(name: string, column: ColumnText): string {
  const meaning = toColumnComment(column).replaceAll('|', String.raw`\|`)
  return `| \`${name}\` | ${meaning} | ${IN_ANALYSIS[column.personal]} |`
}
