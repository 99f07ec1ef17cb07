// Goal: the state on disk is a cache, and no damage to it makes results wrong. Method: delete it,
// cut it short, swap it with another partition's, turn it back in time; send everything again after
// each.
import { cp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { untilSettled } from '@wabastream/end-to-end'
import { faultCase } from '../harness/fault-case.ts'
import { PARTITIONS } from '../harness/pipeline-stack.ts'
import { readMetric } from '../harness/spool-folder.ts'

const SETTLE_MS = 120_000
const STATE_FILE = 'state.mdb'
const PART = { count: 700, ratePerSecond: 300 }

faultCase(import.meta.url, {
  title: 'reports nothing twice and forgets nothing, whatever became of the state folder',
  pipeline: { cluster: 'single', supervise: true },
  deadlineMs: 420_000,
  async play({ pipeline, load, faults }) {
    const processor = pipeline.instance('timeline-processor')
    const folder = processor.environment['STATE_DIR'] ?? ''
    const older = join(pipeline.directory, 'older-state')
    await load.send(PART)
    await untilSettled(pipeline.kafka, SETTLE_MS)
    await processor.stop()
    await cp(folder, older, { recursive: true })
    await processor.start()
    await load.send(PART)
    for (const [what, damage] of Object.entries(damages)) {
      await untilSettled(pipeline.kafka, SETTLE_MS)
      // It ends cleanly, so that the folder says that it can be trusted.
      await processor.stop()
      await damage(folder, older)
      processor.supervise()
      // A processor that has forgotten what it reported takes all of this as news.
      const again = load.sendAgain()
      await faults.inject(`state ${what}`, () => processor.start(), {
        recovers: 'timeline-processor',
      })
      await again
      // The old state could not be trusted, or was too old.
      expect(
        readMetric(await processor.metrics(), 'wa_timeline_restored_records_total'),
      ).toBeGreaterThan(0)
    }
  },
})

type Damage = (folder: string, older: string) => Promise<void>

const damages: Readonly<Record<string, Damage>> = {
  async deleted(folder) {
    await rm(folder, { recursive: true })
  },
  async truncated(folder) {
    for (const partition of await partitionFolders(folder)) {
      const file = join(partition, STATE_FILE)
      await truncate(file, Math.floor((await stat(file)).size / 2))
    }
  },
  async 'taken from another partition'(folder) {
    const partitions = await partitionFolders(folder)
    const [first = ''] = partitions
    await cp(first, `${folder}-aside`, { recursive: true })
    for (const [index, partition] of partitions.entries()) {
      await rm(partition, { recursive: true })
      await cp(partitions[index + 1] ?? `${folder}-aside`, partition, { recursive: true })
    }
  },
  async 'taken from an older epoch'(folder, older) {
    await rm(folder, { recursive: true })
    await cp(older, folder, { recursive: true })
  },
}

async function partitionFolders(folder: string): Promise<readonly string[]> {
  const [group = ''] = await readdir(folder)
  const names = await readdir(join(folder, group))
  expect(names.length).toBe(PARTITIONS)
  return names.toSorted().map((name) => join(folder, group, name))
}
