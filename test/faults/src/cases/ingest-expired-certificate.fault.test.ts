// Goal: an expired certificate loses nothing, is visible, and is cured by a new file. Method: start
// the ingestor with one, see that a client which verifies does not send, renew it while it runs.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { generateTraffic, type SimulatedWebhook } from '@wabastream/simulator'
import { createTestAuthority, eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { headOf, postRaw } from '../harness/raw-post.ts'
import { readMetric } from '../harness/spool-folder.ts'

const WEBHOOKS = 200
const YESTERDAY = new Date(Date.now() - 86_400_000)
const directory = mkdtempSync(join(tmpdir(), 'wabastream-certificate-'))
const files = { cert: join(directory, 'tls.crt'), key: join(directory, 'tls.key') }
const authority = await createTestAuthority('the authority')

async function renew(notAfter?: Date): Promise<void> {
  const { cert, key } = await authority.issue(
    'localhost',
    notAfter === undefined ? {} : { notAfter },
  )
  writeFileSync(files.key, key)
  writeFileSync(files.cert, cert)
}

faultCase(import.meta.url, {
  title: 'takes nothing by an expired certificate, says so, and everything by a new one',
  pipeline: {
    cluster: 'single',
    async prepare() {
      await renew(YESTERDAY)
      return () => rm(directory, { recursive: true, force: true })
    },
    env: (service): Readonly<Record<string, string>> =>
      service === 'ingestor'
        ? { TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key, RELOAD_INTERVAL_MS: '200' }
        : {},
  },
  deadlineMs: 120_000,
  async play(scene) {
    const ingestor = scene.pipeline.instance('ingestor')
    const webhooks = generateTraffic({
      count: WEBHOOKS,
      seed: scene.seed,
      startMs: Date.now() - 7_200_000,
      spanMs: 3_600_000,
    })
    await expect(post(scene, webhooks[0])).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' })
    scene.faults.counted()
    const expiry = 'wa_ingestor_certificate_expiry_timestamp_seconds'
    expect(readMetric(await ingestor.metrics(), expiry)).toBeLessThan(Date.now() / 1_000)
    expect(await ingestor.log()).toContain('the certificate has expired')
    await renew()
    await eventually(
      'the new one is shown',
      async () => readMetric(await ingestor.metrics(), expiry) > Date.now() / 1_000,
    )
    for (const webhook of webhooks) expect(await post(scene, webhook)).toBe(200)
  },
})

async function post(
  { load, pipeline }: FaultScene,
  webhook: SimulatedWebhook | undefined,
): Promise<number> {
  if (webhook === undefined) throw new Error('no webhook')
  const port = Number(new URL(pipeline.webhookUrls[0] ?? '').port)
  const head = headOf(webhook, { 'content-length': String(webhook.body.length) })
  const { receipt, status } = await postRaw(port, [head, webhook.body], authority.cert)
  if (receipt !== undefined) load.note(webhook.body, { receipt, receivedAtMs: Date.now() })
  return status
}
