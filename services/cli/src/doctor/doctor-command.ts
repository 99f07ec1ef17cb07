import { readConfig, renderConfigHelp } from '@wabastream/service-host'
import { Command } from 'commander'
import { type Addresses, readAddresses } from '../installation/addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { doctorConfigSchema } from '../installation/config.ts'
import { renderDoctor } from './render-doctor.ts'
import { type DoctorOptions, runDoctor } from './run-doctor.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

interface DoctorFlags {
  readonly data: string
  readonly json?: boolean
  readonly webhooks?: string
  readonly ingestor?: string
  readonly admin?: readonly string[]
}

async function doctor(flags: DoctorFlags, terminal: Terminal): Promise<void> {
  const findings = await runDoctor(await readOptions(flags))
  terminal.out(
    flags.json === true ? JSON.stringify({ findings }) : renderDoctor(findings, terminal.paint),
  )
  if (findings.some(({ state }) => state === 'broken')) process.exitCode = 1
}

/** From the flags, or else the environment, or else the running `start`. */
async function readOptions(flags: DoctorFlags): Promise<DoctorOptions> {
  const config = readConfig({ schema: doctorConfigSchema, env: process.env, service: 'doctor' })
  const running: Partial<Addresses> = (await readAddresses(flags.data)) ?? {}
  const brokers = config.kafkaBrokers ?? running.kafkaBrokers
  const schemaRegistryUrl = config.schemaRegistryUrl ?? running.schemaRegistryUrl
  const clickhouseUrl = config.clickhouseUrl ?? running.clickhouseUrl
  if (!brokers || schemaRegistryUrl === undefined || clickhouseUrl === undefined) {
    throw new CliError(
      'No installation is known: set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and ' +
        'CLICKHOUSE_URL, or run `npm start`.',
      { exitCode: 2 },
    )
  }
  return {
    brokers,
    schemaRegistryUrl,
    clickhouseUrl,
    settings: config,
    webhooksUrl: flags.webhooks ?? running.webhooksUrl,
    ingestorUrl: flags.ingestor,
    adminUrls: flags.admin ?? running.adminUrls ?? [],
    generation: config.generation ?? running.generation,
  }
}

export function createDoctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('check each hop from the webhook to the view; name what is broken and the fix')
    .option(
      '--webhooks <url>',
      'address at which providers reach the ingestor (default: that of `start`)',
    )
    .option('--ingestor <url>', 'its address inside the cluster, behind whatever ends TLS')
    .option('--admin <url...>', 'admin addresses of the services (default: those of `start`)')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      () => `
Exit code 1: something is broken (✗); warnings (!) do not count.

${renderConfigHelp('doctor', doctorConfigSchema)}`,
    )
    .action((flags: DoctorFlags) => doctor(flags, terminal))
}
