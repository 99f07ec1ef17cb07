import { pathOf } from './repository.ts'
import { runOrThrow } from './tools/run-command.ts'

/** The default of each variable of a service, as it tells itself; `required` and `-` included. */
export async function readVariables(service: string): Promise<ReadonlyMap<string, string>> {
  const main = pathOf(`services/${service}/src/main.ts`)
  return parseHelp(await runOrThrow(process.execPath, [main, '--help']))
}

/** Of a command of the command line that lists its variables. */
export async function readCommandVariables(
  command: string,
): Promise<ReadonlyMap<string, string>> {
  const main = pathOf('services/cli/src/main.ts')
  return parseHelp(await runOrThrow(process.execPath, [main, command, '--help']))
}

function parseHelp(text: string): ReadonlyMap<string, string> {
  const rows = text.matchAll(/^ {2}([A-Z][A-Z0-9_]+) +(\S+)/gm)
  return new Map(Array.from(rows, ([, name = '', fallback = '']) => [name, fallback]))
}
