import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type ServiceProcess,
  spawnGuarded,
  stackFromEnv,
  startServiceProcess,
} from '@wabastream/testing'
import { expectTheFold, PARTITIONS, someEvents, TimelineTopics } from './timeline-topics.fixture.ts'

const SEED = 20_260_501

const stack = stackFromEnv()
const topics = new TimelineTopics(stack)
let folder: string
let stateDir: string
let service: ServiceProcess

function environment(): Readonly<Record<string, string>> {
  return {
    KAFKA_BROKERS: stack.brokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    GENERATION: String(topics.generation),
    PARTITIONS: String(PARTITIONS),
    STATE_DIR: stateDir,
    // Small, so that a kill always hits a transaction.
    TRANSACTION_RECORDS_MAX: '50',
    LOG_LEVEL: 'info',
  }
}

/** Another process of the same group, on another disk. */
async function startSecond(): Promise<ServiceProcess> {
  return startServiceProcess({
    service: 'timeline-processor',
    logFile: join(folder, 'second.log'),
    env: { ...environment(), STATE_DIR: join(folder, 'second') },
  })
}

async function start(): Promise<void> {
  service = await startServiceProcess({
    service: 'timeline-processor',
    env: environment(),
    logFile: join(folder, 'log'),
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wabastream-timeline-'))
  stateDir = join(folder, 'state')
  await topics.prepare()
  await start()
}, 60_000)

afterAll(async () => {
  await service.kill()
  await topics.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the timeline processor', () => {
  it('turns events in any order, with duplicates, into what a plain fold makes of them', async () => {
    await topics.send(someEvents(100, SEED))
    await expectTheFold(topics)
  }, 120_000)

  it('loses and doubles nothing when it is killed twice under way', async () => {
    const before = (await topics.transitions()).length
    await topics.send(someEvents(2_000, SEED + 1))
    await topics.wroteTransitions(before + 200)
    await service.kill()
    await start()
    await topics.wroteTransitions(before + 1_000)
    await service.kill()
    await start()
    await expectTheFold(topics)
  }, 180_000)

  it('finds its state again when the folder was deleted', async () => {
    await service.kill()
    rmSync(stateDir, { recursive: true, force: true })
    await topics.send(someEvents(100, SEED + 2))
    await start()
    await expectTheFold(topics)
    expect(await service.metrics()).toMatch(/^wa_timeline_restored_records_total.* [1-9]/m)
  }, 120_000)

  it('continues where it was after an orderly stop, without reading its state again', async () => {
    expect(await service.stop()).toBe(0)
    await topics.send(someEvents(100, SEED + 3))
    await start()
    await expectTheFold(topics)
    expect(await service.metrics()).toMatch(/^wa_timeline_restored_records_total.* 0$/m)
  }, 120_000)

  it('is not held up by unreadable records', async () => {
    await topics.sendBytes(0, Buffer.from('no record'))
    await topics.sendBytes(1, Buffer.from([0, 0, 0, 0, 0, 1]))
    await topics.send(someEvents(20, SEED + 4))
    await expectTheFold(topics)
    expect(await service.metrics()).toMatch(/^wa_timeline_dead_letters_total.* 2$/m)
  }, 120_000)

  it('shares the work with a second process, and each takes over from the other', async () => {
    await topics.send(someEvents(300, SEED + 5))
    const second = await startSecond()
    await topics.send(someEvents(300, SEED + 6))
    await expectTheFold(topics)
    await service.kill()
    await topics.send(someEvents(300, SEED + 7))
    await expectTheFold(topics)
    await start()
    await topics.send(someEvents(300, SEED + 8))
    expect(await second.stop()).toBe(0)
    await topics.send(someEvents(300, SEED + 9))
    await expectTheFold(topics)
  }, 180_000)

  it('refuses to start with another number of partitions than the topics have', async () => {
    const refused = spawnGuarded(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
      env: { ...environment(), PARTITIONS: '5', ADMIN_PORT: '0' },
    })
    refused.stdout.resume()
    const [code] = await once(refused, 'exit')
    expect(code).toBe(1)
  }, 60_000)
})
