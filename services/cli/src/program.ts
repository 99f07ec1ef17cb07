import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import { type Terminal } from './output/terminal.ts'

const packageUrl = new URL('../../../package.json', import.meta.url)

function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(packageUrl, 'utf8'))
  return z.object({ version: z.string() }).parse(content).version
}

type MakeCommand = (terminal: Terminal) => Command

/** In the order of the help. Each is loaded on demand: Kafka's client alone takes a second. */
const commands: ReadonlyMap<string, () => Promise<MakeCommand>> = new Map(
  Object.entries({
    start: async () => (await import('./start/start-command.ts')).createStartCommand,
    stack: async () => (await import('./stack/stack-command.ts')).createStackCommand,
    prepare: async () => (await import('./prepare/prepare-command.ts')).createPrepareCommand,
    trace: async () => (await import('./trace/trace-command.ts')).createTraceCommand,
    decode: async () => (await import('./decode/decode-command.ts')).createDecodeCommand,
    'dead-letters': async () =>
      (await import('./dead-letters/dead-letters-command.ts')).createDeadLettersCommand,
    forward: async () => (await import('./forward/forward-command.ts')).createForwardCommand,
    read: async () => (await import('./read/read-command.ts')).createReadCommand,
    numbers: async () => (await import('./numbers/numbers-command.ts')).createNumbersCommand,
    import: async () => (await import('./import/import-command.ts')).createImportCommand,
    simulate: async () => (await import('./simulate/simulate-command.ts')).createSimulateCommand,
    replay: async () => (await import('./replay/replay-command.ts')).createReplayCommand,
    doctor: async () => (await import('./doctor/doctor-command.ts')).createDoctorCommand,
    topics: async () => (await import('./topics/topics-command.ts')).createTopicsCommand,
    reconcile: async () =>
      (await import('./reconcile/reconcile-command.ts')).createReconcileCommand,
    size: async () => (await import('./size/size-command.ts')).createSizeCommand,
  }),
)

/** With the command that `args` name, or with all of them if they name none. */
export async function createProgram(
  terminal: Terminal,
  [name = '']: readonly string[],
): Promise<Command> {
  const program = new Command('wabastream')
    .description('receive every WhatsApp Business webhook, and know what became of every message')
    .version(readVersion(), '--version', 'print the version')
    .showHelpAfterError('(see --help)')
  const named = commands.get(name)
  const loading = named === undefined ? [...commands.values()] : [named]
  for (const load of loading) program.addCommand((await load())(terminal))
  return program
}
