import { pathOf } from './tools/repository.ts'
import { runOrThrow } from './tools/run-command.ts'

type Variables = ReadonlyMap<string, string>

const known = new Map<string, Promise<Variables>>()

/** The default of each variable of a service, as it reports itself; `required` and `-` included. */
export function readVariables(service: string): Promise<Variables> {
  return readOnce(`services/${service}/src/main.ts`, ['--help'])
}

/** Of a command of the command line that lists its variables. */
export function readCommandVariables(command: string): Promise<Variables> {
  return readOnce('services/cli/src/main.ts', [command, '--help'])
}

function readOnce(main: string, args: readonly string[]): Promise<Variables> {
  const key = [main, ...args].join(' ')
  const variables =
    known.get(key) ?? runOrThrow(process.execPath, [pathOf(main), ...args]).then(parseHelp)
  known.set(key, variables)
  return variables
}

function parseHelp(text: string): Variables {
  const rows = text.matchAll(/^ {2}([A-Z][A-Z0-9_]+) +(\S+)/gm)
  return new Map(Array.from(rows, ([, name = '', fallback = '']) => [name, fallback]))
}
