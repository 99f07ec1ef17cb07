import type { Admin, ConfigEntries } from 'kafkajs'

/** The present state of a topic. */
export interface TopicState {
  readonly topic: string
  readonly partitions: number
  /** The smallest number of replicas of any of its partitions. */
  readonly replicationFactor: number
  /** Partitions that nobody can write to or read from. */
  readonly leaderless: number
  /** Partitions with replicas that are behind or away. */
  readonly underReplicated: number
  /** Every setting that holds for it, whether its own or the broker's. */
  readonly config: ReadonlyMap<string, string>
}

/** New settings of one topic; those that are not named stay. */
export interface TopicChange {
  readonly topic: string
  readonly config: Readonly<Record<string, string>>
}

/** Constants of the protocol: what a configuration belongs to, and where a value comes from. */
const TOPIC = 2
const BROKER = 4
const FROM_TOPIC = 1

/** The existing topics among those named. */
export async function readTopicStates(
  admin: Admin,
  names: readonly string[],
): Promise<readonly TopicState[]> {
  const all = new Set(await admin.listTopics())
  const found = names.filter((name) => all.has(name))
  if (found.length === 0) return []
  const { topics } = await admin.fetchTopicMetadata({ topics: found })
  const configs = await readConfigs(admin, TOPIC, found)
  return topics.map(({ name, partitions }) => {
    return {
      topic: name,
      partitions: partitions.length,
      replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      leaderless: partitions.filter(({ leader }) => leader < 0).length,
      underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
        .length,
      config: toValues(configs.get(name) ?? []),
    }
  })
}

/** The settings of the broker that leads the cluster, and how many brokers there are. */
export async function readBrokers(admin: Admin): Promise<{
  readonly count: number
  readonly config: ReadonlyMap<string, string>
}> {
  const { brokers } = await admin.describeCluster()
  const id = String(brokers[0]?.nodeId ?? 0)
  const configs = await readConfigs(admin, BROKER, [id])
  return { count: brokers.length, config: toValues(configs.get(id) ?? []) }
}

/** The request replaces all settings of a topic, so the other settings are sent along. */
export async function changeTopics(admin: Admin, changes: readonly TopicChange[]): Promise<void> {
  const configs = await readConfigs(
    admin,
    TOPIC,
    changes.map(({ topic }) => topic),
  )
  await admin.alterConfigs({
    validateOnly: false,
    resources: changes.map(({ config, topic }) => {
      const own = (configs.get(topic) ?? []).filter(isOwn)
      const merged = { ...Object.fromEntries(toValues(own)), ...config }
      const configEntries = Object.entries(merged).map(([name, value]) => ({ name, value }))
      return { type: TOPIC, name: topic, configEntries }
    }),
  })
}

async function readConfigs(
  admin: Admin,
  type: number,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly ConfigEntries[]>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type, name })),
  })
  return new Map(resources.map(({ configEntries, resourceName }) => [resourceName, configEntries]))
}

function isOwn({ configSource, isSensitive }: ConfigEntries): boolean {
  const source: number = configSource
  return source === FROM_TOPIC && !isSensitive
}

function toValues(entries: readonly ConfigEntries[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]))
}
