import { expect } from '@jest/globals'
import { createClient } from '@clickhouse/client'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import {
  type KeyedTransition,
  readCommittedTransitions,
  readStoredTimelines,
  untilSettled,
} from '@wabastream/end-to-end'
import { eventually, type Fact } from '@wabastream/testing'
import { appendRaw, statusBody } from './append-raw.ts'
import { faultCase, type FaultScene } from './fault-case.ts'
import { PARTITIONS } from './pipeline-stack.ts'
import { judgeRowsOfTimelines } from '../judge/judge-timelines.ts'
import { repeated } from '../judge/judgement.ts'

const DAY_MS = 86_400_000
const DAYS = 132
const MESSAGES_PER_DAY = 60
const FAR_MS = 60 * DAY_MS
const KILL_AFTER_SHARE = 0.1

/**
 * A log of 132 days, longer than the expiry, each record imported, with messages whose facts lie 60
 * days apart. `decoders` read it from its beginning, so that raw partitions are read at different
 * speeds. If `isKilled`, one is killed; the others go on without it, and a single one starts again.
 */
export function rebuildOfALongLog(
  url: string,
  { decoders: count, isKilled }: { readonly decoders: number; readonly isKilled: boolean },
): void {
  faultCase(url, {
    title: 'rebuilds messages of a log longer than the expiry as they were, each once',
    pipeline: { cluster: 'single', instances: { decoder: count } },
    deadlineMs: 400_000,
    // Facts further apart than the expiry are judged by what does not depend on order, here.
    settles: false,
    async play(scene) {
      const { faults, load, pipeline } = scene
      const decoders = pipeline.instances('decoder')
      await Promise.all(decoders.map((decoder) => decoder.stop()))
      const webhooks = await appendLog(scene)
      await Promise.all(decoders.map((decoder) => decoder.start()))
      if (isKilled) {
        const part = webhooks * KILL_AFTER_SHARE
        await eventually(
          'a part to be read',
          async () => (await readOffsets(scene)) > part,
          120_000,
        )
        await decoders[0]?.kill()
        if (count === 1) await decoders[0]?.start()
      }
      faults.counted()
      await untilSettled(pipeline.kafka, 300_000)
      const transitions = await readCommittedTransitions(pipeline.kafka, pipeline.schemaRegistryUrl)
      const client = createClient({ url: pipeline.clickhouseUrl })
      const rows = judgeRowsOfTimelines(load.facts, await readStoredTimelines(client, 'wa_g1'))
      await client.close()
      faults.measure({ webhooks, decoders: count, transitions: transitions.length })
      expect(rows).toEqual({ lost: [], doubled: [], differing: [] })
      judgeTransitions(load.facts, transitions)
    },
  })
}

/**
 * The set of what is reported is that of the facts; where all of a message are close, each once.
 */
function judgeTransitions(facts: readonly Fact[], transitions: readonly KeyedTransition[]): void {
  const found = transitions.map(({ at, messageId, rung }) => `${messageId} ${rung} ${at}`)
  const expected = facts.map(({ atMs, messageId, word }) => `${messageId} ${word} ${atMs}`)
  expect([...new Set(found)].toSorted()).toEqual([...new Set(expected)].toSorted())
  expect(repeated(found).filter((one) => !one.startsWith('far-'))).toEqual([])
}

/** Each fact in the raw partition that has its turn; each partition in the order of receipt. */
async function appendLog(scene: FaultScene): Promise<number> {
  const beganMs = Math.floor((Date.now() - (DAYS + 1) * DAY_MS) / 1_000) * 1_000
  const statuses = Array.from({ length: DAYS * MESSAGES_PER_DAY }, (_, index) => {
    const atMs = beganMs + Math.floor((index / MESSAGES_PER_DAY) * 86_400) * 1_000
    const isFar = index % 8 === 0 && atMs + FAR_MS < Date.now()
    const id = `${isFar ? 'far' : 'near'}-${scene.seed}-${index}`
    const reported = (status: string, sinceMs: number) => ({ id, status, atMs: atMs + sinceMs })
    return [
      reported('sent', 0),
      reported('delivered', 3_000),
      reported('read', isFar ? FAR_MS : 60_000),
      // The provider reports it again, with another time.
      ...(isFar ? [reported('delivered', FAR_MS + 60_000)] : []),
    ]
  })
    .flat()
    .toSorted((left, right) => left.atMs - right.atMs)
  await appendRaw(
    scene,
    statuses.map(({ atMs, id, status }, index) => ({
      body: statusBody([id], status, atMs),
      receivedAtMs: atMs,
      partition: index % PARTITIONS,
    })),
    'imported',
  )
  return statuses.length
}

async function readOffsets({ pipeline }: FaultScene): Promise<number> {
  const { raw } = topicNames(1)
  const offsets = await pipeline.kafka.admin.committedOffsets(consumerGroup('decoder', 1), raw)
  return [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
}
