import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import { createDeadLettersCommand } from './dead-letters/dead-letters-command.ts'
import { createDecodeCommand } from './decode/decode-command.ts'
import { createDoctorCommand } from './doctor/doctor-command.ts'
import { createImportCommand } from './import/import-command.ts'
import { createPrepareCommand } from './prepare/prepare-command.ts'
import { createReconcileCommand } from './reconcile/reconcile-command.ts'
import { createReplayCommand } from './replay/replay-command.ts'
import { createSizeCommand } from './size/size-command.ts'
import { createStackCommand } from './stack/stack-command.ts'
import { createStartCommand } from './start/start-command.ts'
import { createTopicsCommand } from './topics/topics-command.ts'
import { createTraceCommand } from './trace/trace-command.ts'
import { type Terminal } from './output/terminal.ts'

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
