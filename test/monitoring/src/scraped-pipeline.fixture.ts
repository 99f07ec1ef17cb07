import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWabastream, type WabastreamProcess } from '@wabastream/end-to-end'
import { startPrometheus } from '@wabastream/local-stack'
import { createTestAuthority } from '@wabastream/testing'
import { parse } from 'yaml'
import { prometheusDirectory } from './rules.fixture.ts'
import { startScrapedForwarder } from './scraped-forwarder.fixture.ts'
import { startScrapedReadReceipts } from './scraped-read-receipts.fixture.ts'

export interface ScrapedPipeline {
  readonly wabastream: WabastreamProcess
  readonly prometheusUrl: string
  /** host:port of the /metrics of each process, with the forwarder and read receipts. */
  readonly metricsAddresses: readonly string[]
  stop(): Promise<void>
}

/** Nobody answers there. */
const NUMBERS = `numbers:
  - alias: desk
    provider: 360dialog
    id: '106'
    api: http://127.0.0.1:9
    credential: { file: number-key }
    webhook: { url: https://hooks.example.com/webhooks/desk }
`

/**
 * With what the defaults leave out: HTTPS, spool, canary, a number. Comparisons and canaries are
 * more frequent.
 */
async function settingsIn(directory: string): Promise<Readonly<Record<string, string>>> {
  const authority = await createTestAuthority('monitoring')
  const { cert, key } = await authority.issue('localhost')
  const [certFile, keyFile] = [join(directory, 'tls.crt'), join(directory, 'tls.key')]
  const [caFile, numbersFile] = [join(directory, 'ca.crt'), join(directory, 'numbers.yaml')]
  await Promise.all([
    writeFile(certFile, cert),
    writeFile(keyFile, key, { mode: 0o600 }),
    writeFile(caFile, authority.cert),
    writeFile(join(directory, 'number-key'), 'a-key-of-nobody', { mode: 0o600 }),
    writeFile(numbersFile, NUMBERS),
  ])
  return {
    TLS_CERT_FILE: certFile,
    TLS_KEY_FILE: keyFile,
    SPOOL_DIR: join(directory, 'spool'),
    RECONCILE_INTERVAL_MS: '2000',
    CANARY_CA_FILE: caFile,
    CANARY_INTERVAL_MS: '1000',
    NUMBERS_FILE: numbersFile,
  }
}

/** A whole wabastream, and a real Prometheus with the rules that are shipped. */
export async function startScrapedPipeline(): Promise<ScrapedPipeline> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-monitoring-'))
  const wabastream = await startWabastream(await settingsIn(directory), ['--canary'])
  const forwarder = await startScrapedForwarder(wabastream, directory)
  const receipts = await startScrapedReadReceipts(wabastream, directory)
  const metricsAddresses = [...wabastream.metricsAddresses, forwarder.address, receipts.address]
  const prometheus = await startPrometheus({
    directory,
    onProgress: () => undefined,
    configFile: await writeConfig(join(directory, 'config'), metricsAddresses),
  })
  return {
    wabastream,
    prometheusUrl: prometheus.url,
    metricsAddresses,
    async stop() {
      await prometheus.stop()
      await forwarder.stop()
      await receipts.stop()
      await wabastream.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The file that is shipped, but for the intervals: a test has no minutes. */
async function writeConfig(directory: string, targets: readonly string[]): Promise<string> {
  await mkdir(join(directory, 'targets'), { recursive: true })
  for (const rules of ['alerts', 'recording']) {
    await symlink(`${prometheusDirectory}${rules}`, join(directory, rules))
  }
  const shipped: object = parse(await readFile(`${prometheusDirectory}prometheus.yaml`, 'utf8'))
  const config = { ...shipped, global: { scrape_interval: '1s', evaluation_interval: '1s' } }
  const file = join(directory, 'prometheus.yaml')
  await writeFile(file, JSON.stringify(config))
  await writeFile(
    join(directory, 'targets/wabastream.yaml'),
    JSON.stringify([{ targets, labels: { environment: 'test' } }]),
  )
  return file
}
