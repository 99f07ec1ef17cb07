import { Command, InvalidArgumentError } from 'commander'
import { measured } from './measured.ts'
import { renderSize } from './render-size.ts'
import { renderValues } from './render-values.ts'
import { type ExpectedLoad, sizeInstallation } from './sizing.ts'
import { type Terminal } from '../output/terminal.ts'
import { jsonOption } from '../installation/options.ts'

const MEAN_SHARE = 0.3
const RETENTION_DAYS = 400

interface SizeFlags extends ExpectedLoad {
  readonly json?: boolean
  readonly values?: boolean
}

function parsePositive(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

function parseRate(text: string): number {
  return text === '0' ? 0 : parsePositive(text)
}

function parseShare(text: string): number {
  const share = parsePositive(text)
  if (share <= 1) return share
  throw new InvalidArgumentError('It must be a number above 0, at most 1.')
}

function size(flags: SizeFlags, terminal: Terminal): void {
  const { outgoing, replyRate, meanShare, retentionDays, bodyBytes } = flags
  const sizing = sizeInstallation({ outgoing, replyRate, meanShare, retentionDays, bodyBytes })
  if (flags.json === true) terminal.out(JSON.stringify(sizing))
  else
    terminal.out(flags.values === true ? renderValues(sizing) : renderSize(sizing, terminal.paint))
}

export function createSizeCommand(terminal: Terminal): Command {
  return new Command('size')
    .description(
      'compute what an installation needs for a load: instances, partitions, memory, disk',
    )
    .requiredOption('--outgoing <perSecond>', 'messages sent per second at the peak', parsePositive)
    .option('--reply-rate <share>', 'messages received for each message sent', parseRate, 0.3)
    .option('--mean-share <share>', 'daily mean as a share of the peak', parseShare, MEAN_SHARE)
    .option(
      '--retention-days <days>',
      'retention of the raw topic and the tables',
      parsePositive,
      RETENTION_DAYS,
    )
    .option('--body-bytes <bytes>', 'mean size of a webhook', parsePositive, measured.bodyBytes)
    .option('--values', 'print values for the Helm chart')
    .addOption(jsonOption())
    .action((flags: SizeFlags) => size(flags, terminal))
}
