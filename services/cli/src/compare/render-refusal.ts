import { type Contents, type KindCount, type MissingRows } from '@wabastream/clickhouse'
import { commandText } from '../output/command-text.ts'
import { formatCount, printable } from '../output/format.ts'
import { type Agreed } from './agreed.ts'
import { countMissing, describeMissingRows, rebuildAnew, type Swap } from './render-missing.ts'

type Found = Pick<Contents, 'kinds' | 'isTruncated' | 'inFlight'>

/** Whether these differences keep a generation from replacing the live one. */
export function isRefused(
  { isTruncated, kinds }: Found,
  missing: readonly MissingRows[],
  { missingMax }: Agreed,
): boolean {
  return isTruncated || kinds.length > 0 || countMissing(missing) > missingMax
}

/** Why it may not replace it, and the command that accepts it unchanged. */
export function describeRefusal(
  {
    agreed,
    contents,
    missing,
  }: {
    readonly agreed: Agreed
    readonly contents: Found
    readonly missing: readonly MissingRows[]
  },
  swap: Swap,
): string {
  const { dataDirectory, into, live } = swap
  const { isTruncated, kinds } = contents
  const names = [...new Set([...agreed.accepted, ...kinds.map(({ kind }) => kind)])]
  const accept = commandText(
    [
      'replay',
      '--swap',
      '--into',
      String(into),
      ...(missing.length > 0 ? ['--accept-missing', String(countMissing(missing))] : []),
      ...names.flatMap((name) => ['--accept', name]),
    ],
    dataDirectory,
  )
  const diff = commandText(['replay', '--diff', '--into', String(into)], dataDirectory)
  return [
    ...(missing.length > 0 ? [describeMissingRows(missing, swap)] : []),
    ...(kinds.length > 0
      ? [`Generation ${into} differs from generation ${live}:`, ...kinds.map(describeKind)]
      : []),
    ...(isTruncated
      ? ['There are more differences than were looked for, maybe of other kinds.']
      : []),
    `The views stay at ${live}. ${rebuildAnew(into, dataDirectory)}`,
    ...(kinds.length > 0 ? [`To see timelines that differ: \`${diff}\`.`] : []),
    ...(kinds.length + missing.length > 0
      ? [`If all of that is as its decoder means it: \`${accept}\`.`]
      : [
          'Too many timelines are being changed to be compared: try again when there is less traffic.',
        ]),
  ].join('\n')
}

export function describeKind({ count, example, kind, table }: KindCount): string {
  return `  - ${kind}: ${formatCount(count)} rows of ${table}, such as ${printable(example)}`
}

export function describeInFlight(inFlight: number): string {
  return `${formatCount(inFlight)} timelines kept changing and were not compared`
}
