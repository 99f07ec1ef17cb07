import {
  compareTimelines,
  type Comparison,
  type StoredTimeline,
  type TopicTimeline,
} from '@wabastream/end-to-end'
import { expectLaterTimes, expectTimelines, type Fact } from '@wabastream/testing'
import { type Judgement, named, repeated } from './judgement.ts'

/** The default of `EXPIRY_DAYS`: what comes later than that begins a timeline again. */
const EXPIRY_MS = 45 * 86_400_000

/** What a message's rows have to say, put together: all that was ever reported about it. */
export function judgeRowsOfTimelines(
  facts: readonly Fact[],
  stored: readonly StoredTimeline[],
): Judgement {
  return toJudgement('in ClickHouse', compareTimelines(expectReceived(facts), stored))
}

/**
 * Judges the timelines topic by itself: the last record of each key must say what the facts of its
 * present life say, in every field. Only an expired timeline may have a tombstone instead.
 */
export function judgeTopicTimelines(
  facts: readonly Fact[],
  found: readonly TopicTimeline[],
): Judgement {
  const lives = lastLives(facts)
  const laterTimes = expectLaterTimes(lives)
  const expected = new Map(
    [...expectReceived(lives)].map(([id, timeline]) => [
      id,
      { ...timeline, laterTimes: laterTimes.get(id) ?? '' },
    ]),
  )
  const nowMs = facts.reduce((latest, { receivedAtMs }) => Math.max(latest, receivedAtMs), 0)
  const forgotten = new Set(
    found.filter(({ timeline }) => timeline === undefined).map(({ key }) => key),
  )
  const due = new Map(
    [...expected].filter(
      ([, timeline]) =>
        !(forgotten.has(keyOf(timeline)) && nowMs - timeline.lastReceivedAt > EXPIRY_MS),
    ),
  )
  const living = found.flatMap(({ timeline }) => timeline ?? [])
  const { lost, doubled, differing } = toJudgement('in the topic', compareTimelines(due, living))
  const expectedKeys = new Set([...expected.values()].map(keyOf))
  return {
    lost,
    differing,
    doubled: [
      ...doubled,
      ...named('timeline in two partitions', repeated(found.map(({ key }) => key))),
      ...named(
        "timeline under another's key",
        found
          .filter(({ key, timeline }) =>
            timeline === undefined ? !expectedKeys.has(key) : keyOf(timeline) !== key,
          )
          .map(({ key }) => key),
      ),
    ],
  }
}

/** The oracle's timelines, and when the first and the last of their facts were received. */
function expectReceived(facts: readonly Fact[]): ReadonlyMap<string, StoredTimeline> {
  const groups = groupByMessage(facts)
  return new Map(
    [...expectTimelines(facts)].map(([id, timeline]) => {
      const times = (groups.get(id) ?? [])
        .map(({ receivedAtMs }) => receivedAtMs)
        .toSorted(byNumber)
      const [firstReceivedAt = 0] = times
      return [id, { ...timeline, firstReceivedAt, lastReceivedAt: times.at(-1) ?? 0 }]
    }),
  )
}

/** Of each message those facts that no gap longer than the expiry parts from the last one. */
function lastLives(facts: readonly Fact[]): readonly Fact[] {
  return [...groupByMessage(facts).values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
    const start = sorted.findLastIndex(
      ({ receivedAtMs }, index) =>
        receivedAtMs - (sorted[index - 1]?.receivedAtMs ?? receivedAtMs) > EXPIRY_MS,
    )
    return sorted.slice(Math.max(0, start))
  })
}

function groupByMessage(facts: readonly Fact[]): ReadonlyMap<string, readonly Fact[]> {
  return Map.groupBy(facts, ({ number, messageId, participant }) =>
    JSON.stringify([number, messageId, participant]),
  )
}

/** The key of a timeline's records: three netstrings. */
function keyOf({ number, messageId, participant }: StoredTimeline): string {
  return [number, messageId, participant]
    .map((text) => `${Buffer.byteLength(text)}:${text},`)
    .join('')
}

function toJudgement(where: string, { missing, surplus, differing }: Comparison): Judgement {
  return {
    lost: named(`timeline ${where}`, missing),
    doubled: named(`timeline ${where}`, surplus),
    differing: named(where, differing),
  }
}

function byNumber(a: number, b: number): number {
  return a - b
}
