/** Data folder of commands that name none. */
export const DEFAULT_DATA_DIRECTORY = '.data'

/** Nothing in it means anything to a shell. */
const PLAIN = /^[\w./:=@%+,-]+$/

/** The image sets another: there the command is on the path. */
const COMMAND = process.env['WABASTREAM_COMMAND'] ?? './wabastream'

/** A command to paste, as it is run here: with the data folder, if it is not the usual one. */
export function commandText(
  words: readonly string[],
  dataDirectory: string,
  command = COMMAND,
): string {
  const data = dataDirectory === DEFAULT_DATA_DIRECTORY ? [] : ['--data', dataDirectory]
  return [command, ...[...words, ...data].map(quote)].join(' ')
}

/** The command to paste that starts the local installation of that data folder. */
export function startText(dataDirectory: string): string {
  return dataDirectory === DEFAULT_DATA_DIRECTORY
    ? 'npm start'
    : `npm start -- --data ${quote(dataDirectory)}`
}

function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
