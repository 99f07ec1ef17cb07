import { describe, expect, it } from '@jest/globals'
import { type TopicState } from '@wabastream/kafka'
import { compareTopics } from './compare-topics.ts'

const spec = { topic: 't', partitions: 6, isResizable: false, config: { 'retention.ms': '1000' } }
const sound: TopicState = {
  topic: 't',
  partitions: 6,
  replicationFactor: 3,
  leaderless: 0,
  underReplicated: 0,
  config: new Map([
    ['retention.ms', '1000'],
    ['min.insync.replicas', '2'],
  ]),
}

function found(change: Partial<TopicState>, config: Readonly<Record<string, string>> = {}) {
  const state = {
    ...sound,
    ...change,
    config: new Map([...sound.config, ...Object.entries(config)]),
  }
  return compareTopics([spec], [state]).map(
    ({ live, setting, severity }) => `${severity}: ${setting} ${live}`,
  )
}

describe('a topic', () => {
  it('is as wanted', () => {
    expect(found({})).toEqual([])
  })

  it('may have another number of partitions if no keys are bound to them', () => {
    const state = { ...sound, partitions: 12 }
    expect(compareTopics([{ ...spec, isResizable: true }], [state])).toMatchObject([
      { setting: 'partitions', live: '12', severity: 'note' },
    ])
  })

  it('is broken if one wrong clock could change what is derived from the raw log', () => {
    const config = { 'message.timestamp.type': 'LogAppendTime' }
    const severityOf = (topic: string) =>
      compareTopics(
        [{ ...spec, topic, config }],
        [
          {
            ...sound,
            topic,
            config: new Map([...sound.config, ['message.timestamp.type', 'CreateTime']]),
          },
        ],
      ).map(({ severity }) => severity)
    expect(severityOf('whatsapp.webhooks.raw.v1')).toEqual(['broken'])
    expect(severityOf('whatsapp.events.v1.g1')).toEqual(['warning'])
  })

  it('is packed by the services, and by the broker only in ways that they can read', () => {
    const compression = (live: string) =>
      compareTopics(
        [{ ...spec, config: { 'compression.type': 'producer' } }],
        [{ ...sound, config: new Map([...sound.config, ['compression.type', live]]) }],
      ).map(({ severity }) => severity)
    expect(compression('producer')).toEqual([])
    expect(compression('zstd')).toEqual(['note'])
    expect(compression('uncompressed')).toEqual(['warning'])
    expect(compression('lz4')).toEqual(['broken'])
  })

  it('may have been compacted sooner by the version before', () => {
    const lag = (live: string) =>
      compareTopics(
        [{ ...spec, config: { 'min.compaction.lag.ms': '1000' } }],
        [{ ...sound, config: new Map([...sound.config, ['min.compaction.lag.ms', live]]) }],
      ).map(({ severity }) => severity)
    expect([lag('0'), lag('1000'), lag('2000')]).toEqual([['warning'], [], ['note']])
  })

  it.each([
    ['has another number of partitions', { partitions: 3 }, {}, 'broken: partitions 3'],
    ['lacks leaders', { leaderless: 1 }, {}, 'broken: partitions 1 without'],
    ['has replicas behind', { underReplicated: 2 }, {}, 'warning: replicas 2 partitions behind'],
    [
      'has one copy',
      { replicationFactor: 1 },
      { 'min.insync.replicas': '1' },
      'warning: replicas 1',
    ],
    ['cannot be written', { replicationFactor: 1 }, {}, 'broken: replicas 1'],
    ['stops with one broker', { replicationFactor: 2 }, {}, 'warning: replicas 2'],
    ['acks on one broker', {}, { 'min.insync.replicas': '1' }, 'broken: min.insync.replicas 1'],
    [
      'loses acked records by election',
      {},
      { 'unclean.leader.election.enable': 'true' },
      'broken: unclean.leader.election.enable true',
    ],
    ['forgets too early', {}, { 'retention.ms': '999' }, 'broken: retention.ms 999'],
    ['keeps for longer', {}, { 'retention.ms': '1001' }, 'note: retention.ms 1001'],
    ['keeps for ever', {}, { 'retention.ms': '-1' }, 'note: retention.ms -1'],
  ])('%s', (_, change, config, difference) => {
    expect(found(change, config)).toEqual([difference])
  })
})
