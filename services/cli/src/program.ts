import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import { createDeadLettersCommand } from './commands/dead-letters-command.ts'
import { createDecodeCommand } from './commands/decode-command.ts'
import { createDoctorCommand } from './commands/doctor-command.ts'
import { createImportCommand } from './commands/import-command.ts'
import { createPrepareCommand } from './commands/prepare-command.ts'
import { createReconcileCommand } from './commands/reconcile-command.ts'
import { createReplayCommand } from './commands/replay-command.ts'
import { createSizeCommand } from './commands/size-command.ts'
import { createStackCommand } from './commands/stack-command.ts'
import { createStartCommand } from './commands/start-command.ts'
import { createTopicsCommand } from './commands/topics-command.ts'
import { createTraceCommand } from './commands/trace-command.ts'
import { type Terminal } from './terminal.ts'

const packageUrl = new URL('../../../package.json', import.meta.url)

function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(packageUrl, 'utf8'))
  return z.object({ version: z.string() }).parse(content).version
}

export function createProgram(terminal: Terminal): Command {
  return new Command('wabastream')
    .description('Receive every WhatsApp Business webhook, and know what became of every message.')
    .version(readVersion(), '--version', 'print the version')
    .showHelpAfterError('(--help tells more)')
    .addCommand(createStartCommand(terminal))
    .addCommand(createStackCommand(terminal))
    .addCommand(createPrepareCommand(terminal))
    .addCommand(createTraceCommand(terminal))
    .addCommand(createDecodeCommand(terminal))
    .addCommand(createDeadLettersCommand(terminal))
    .addCommand(createImportCommand(terminal))
    .addCommand(createReplayCommand(terminal))
    .addCommand(createDoctorCommand(terminal))
    .addCommand(createTopicsCommand(terminal))
    .addCommand(createReconcileCommand(terminal))
    .addCommand(createSizeCommand(terminal))
}
