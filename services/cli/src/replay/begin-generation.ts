import { setTimeout as delay } from 'node:timers/promises'
import { consumerGroup, pipelineConsumers, sharedTopics, topicNames } from '@wabastream/contracts'
import { type KafkaAdmin, KafkaError } from '@wabastream/kafka'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { type StartPosition, toStartOffsets } from './start-position.ts'

/** A member that was killed is counted until its session ends. */
const MEMBERS_GONE_MS = 45_000
const POLL_MS = 500

type Admin = Pick<
  KafkaAdmin,
  'startOffsets' | 'endOffsets' | 'offsetsForTime' | 'committedOffsets' | 'setOffsets'
>

/**
 * Where in the raw topic the decoder of a generation should begin; undefined if it has begun before
 * and continues from its position. Throws if it cannot begin at `from`. Changes nothing.
 */
export async function findBeginning(
  admin: Admin,
  {
    dataDirectory,
    from,
    generation,
  }: {
    readonly generation: number
    readonly from: StartPosition | undefined
    readonly dataDirectory: string
  },
): Promise<ReadonlyMap<number, number> | undefined> {
  const { raw } = topicNames(generation)
  if ((await admin.committedOffsets(consumerGroup('decoder', generation), raw)).size > 0) {
    if (from === undefined) return undefined
    const drop = commandText(['replay', '--drop', String(generation)], dataDirectory)
    throw new CliError(
      `Generation ${generation} was begun before: leave out --from to go on where ` +
        `it stands, or start over after \`${drop}\`.`,
    )
  }
  const position = from ?? { kind: 'beginning' }
  const [starts, ends, ofTime] = await Promise.all([
    admin.startOffsets(raw),
    admin.endOffsets(raw),
    position.kind === 'time'
      ? admin.offsetsForTime(raw, position.timeMs)
      : new Map<number, number>(),
  ])
  return toStartOffsets(position, { starts, ends, ofTime })
}

/** Sets where the decoder of a generation begins. Its topics must exist. */
export async function beginGeneration(
  admin: Admin,
  {
    generation,
    offsets,
  }: {
    readonly generation: number
    readonly offsets: ReadonlyMap<number, number>
  },
): Promise<void> {
  const { raw } = topicNames(generation)
  const shared = new Set(sharedTopics().filter((topic) => topic !== raw))
  for (const { group, kind, topics } of pipelineConsumers(generation)) {
    // All generations share such a topic, so it may hold letters of an earlier attempt at this one.
    for (const topic of topics.filter((one) => shared.has(one))) {
      const offsets = await admin.endOffsets(topic)
      await setOffsets(admin, {
        group,
        topic,
        offsets,
        who: `A ${kind} of generation ${generation}`,
      })
    }
  }
  // This comes last, because it marks the generation as begun.
  await setOffsets(admin, {
    group: consumerGroup('decoder', generation),
    topic: raw,
    offsets,
    who: `A decoder of generation ${generation}`,
  })
}

async function setOffsets(
  admin: Admin,
  {
    group,
    offsets,
    topic,
    who,
  }: {
    readonly group: string
    readonly topic: string
    readonly offsets: ReadonlyMap<number, number>
    readonly who: string
  },
): Promise<void> {
  try {
    await admin.setOffsets(group, topic, offsets)
  } catch (cause) {
    if (!(cause instanceof KafkaError) || cause.code !== 'stale_assignment') throw cause
    throw new CliError(`${who} runs already, so where it begins cannot be set: stop it first.`, {
      cause,
    })
  }
}

/** Waits a while until a group has no member; resolves with the members that remain. */
export async function awaitNoMembers(
  admin: Pick<KafkaAdmin, 'memberCount'>,
  groups: readonly string[],
  options: { readonly patienceMs?: number; readonly onWaiting?: () => void } = {},
): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + (options.patienceMs ?? MEMBERS_GONE_MS)
  for (let attempt = 0; ; attempt += 1) {
    const counts = await Promise.all(
      groups.map(async (group) => [group, await admin.memberCount(group)] as const),
    )
    const busy = new Map(counts.filter(([, members]) => members > 0))
    if (busy.size === 0 || performance.now() > deadline) return busy
    if (attempt === 0) options.onWaiting?.()
    await delay(POLL_MS)
  }
}
