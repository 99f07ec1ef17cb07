import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { plainPaint, type Terminal } from '../output/terminal.ts'
import { createReplayCommand } from './replay-command.ts'

const silent: Terminal = {
  out: () => undefined,
  note: () => undefined,
  paint: plainPaint,
  isInteractive: false,
  columns: Infinity,
}

function run(...args: readonly string[]): Promise<unknown> {
  const command = createReplayCommand(silent)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  return command.parseAsync([...args, '--data', 'no-such-folder'], { from: 'user' })
}

const addresses = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL']
const environment = { ...process.env }

describe('replay', () => {
  beforeEach(() => {
    for (const name of addresses) delete process.env[name]
  })
  afterEach(() => {
    Object.assign(process.env, environment)
  })

  it.each([
    [[], 'needs --into GENERATION, or --drop GENERATION'],
    [['--into', '2', '--diff', '--swap'], 'one at a time'],
    [['--into', '2', '--drop', '1'], 'without --into'],
    [['--into', '2', '--swap', '--from', '5'], 'are for building'],
    [['--into', '2', '--diff', '--no-services'], 'are for building'],
    [['--into', '2', '--swap', '--estimate'], 'are for building'],
    [['--into', '2', '--diff', '--accept-missing', '5'], 'is for --swap'],
    [['--into', '2', '--swap', '--accept-missing', 'all'], 'a whole number'],
    [['--into', '2', '--diff', '--accept', 'new_column'], 'is for --swap'],
    [['--into', '2', '--swap', '--accept', 'anything'], 'a kind of difference'],
    [['--into', '2', '--swap', '--accept', 'no_table.read_at'], 'a kind of difference'],
    [['--into', '2', '--swap', '--accept', 'missing_row'], 'by --accept-missing'],
    [['--into', '0'], 'from 1 to 9999'],
    [['--into', '2', '--from', 'yesterday'], 'such as 0:120,3:95'],
  ])('refuses %j before it connects to anything', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message)
  })

  it('says what to do if nothing runs', async () => {
    await expect(run('--into', '2')).rejects.toThrow('run `npm start` in another terminal')
  })
})
