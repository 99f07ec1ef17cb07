import { describe, expect, it } from '@jest/globals'
import { closedSets } from './generated/vocabulary.ts'
import { operator, serviceUsers } from './kafka-rights.ts'
import { pipelineTopics, topicNames, topicOf } from './topics.ts'
import {
  companions,
  consumerGroup,
  pipelineConsumers,
  pipelineStages,
  programs,
  readerNames,
} from './topology.ts'

describe('the pipeline', () => {
  it('flows one way: no stage writes what an earlier one reads', () => {
    pipelineStages.forEach(({ writes }, index) => {
      const readBefore = new Set(pipelineStages.slice(0, index).flatMap(({ reads }) => reads))
      expect(writes.filter((noun) => readBefore.has(noun))).toEqual([])
    })
  })

  it('has a writer and a reader for each topic: a group, the state that it holds, or others', () => {
    const nouns = pipelineTopics.map(({ noun }) => noun).toSorted()
    const all = [...pipelineStages, ...companions]
    const written = new Set(all.flatMap(({ writes }) => writes))
    const grouped = new Set(all.flatMap(({ reads }) => reads))
    const states = [
      ...pipelineStages.flatMap(({ changelog = [] }) => changelog),
      ...companions.flatMap(({ looksUp }) => looksUp),
    ]
    const outside = pipelineTopics.flatMap(({ isForOthers, noun }) => (isForOthers ? [noun] : []))
    expect([...written].toSorted()).toEqual(nouns)
    expect([...new Set([...grouped, ...states, ...outside])].toSorted()).toEqual(nouns)
    expect(outside.filter((noun) => grouped.has(noun))).toEqual([])
  })

  it('keeps state in compacted topics that the stage writes itself, and nothing else in them', () => {
    const changelogs = pipelineStages.flatMap(({ changelog, writes }) => {
      if (changelog === undefined) return []
      expect(writes).toContain(changelog)
      return [changelog]
    })
    const looked = companions.flatMap(({ looksUp }) => looksUp)
    expect([...changelogs, ...looked]).toEqual(
      pipelineTopics.filter(({ isCompacted }) => isCompacted).map(({ noun }) => noun),
    )
  })

  it('keys what a processor reads and writes, but for dead letters', () => {
    for (const { reads, writes } of pipelineStages.filter(({ kind }) => kind === 'processor')) {
      const own = [...reads, ...writes].filter((noun) => noun !== 'deadLetters')
      expect(own.map((noun) => topicOf(noun).key)).toEqual(own.map(() => 'subject'))
    }
  })

  it('begins in each generation at the raw topic, with groups that bear its number', () => {
    const { raw } = topicNames(7)
    const [first, ...others] = pipelineConsumers(7)
    expect(first).toMatchObject({ service: 'decoder', group: 'decoder.g7', topics: [raw] })
    for (const { group, service } of others) expect(group).toBe(consumerGroup(service, 7))
  })

  it('is named in dead letters by the stages that write them', () => {
    expect(closedSets.DeadLetterStage).toEqual(
      [...pipelineStages, ...companions]
        .filter(({ writes }) => writes.some((noun) => noun === 'deadLetters'))
        .map(({ service }) => service),
    )
  })

  it('gives each program a port of its own', () => {
    const ports = programs.map(({ adminPort }) => adminPort)
    expect(new Set(ports).size).toBe(ports.length)
  })
})

describe('names of topics', () => {
  it('contain the generation if each has its own topic', () => {
    expect(topicNames(3)).toMatchObject({
      raw: 'whatsapp.webhooks.raw.v1',
      deadLetters: 'whatsapp.dead-letters.v1',
      decoded: 'whatsapp.webhooks.decoded.v1.g3',
      events: 'whatsapp.events.v1.g3',
      timelines: 'whatsapp.timelines.v1.g3',
      transitions: 'whatsapp.transitions.v1.g3',
    })
    expect(Object.keys(topicNames(3))).toEqual(pipelineTopics.map(({ noun }) => noun))
  })
})

describe('rights in Kafka', () => {
  const textsOf = (name: string): readonly string[] =>
    [...serviceUsers, operator]
      .filter((user) => user.name === name)
      .flatMap(({ rights }) => rights)
      .map(
        (right) =>
          `${right.resource} ${right.name}${right.isPrefix ? '*' : ''}: ${right.operations.join(' ')}`,
      )

  it('let the ingestor append webhooks and read nothing', () => {
    expect(textsOf('ingestor')).toEqual(['topic whatsapp.webhooks.raw.v1: Write Describe'])
  })

  it('let a stage with state read it back and write in transactions', () => {
    expect(textsOf('timeline-processor')).toEqual([
      'topic whatsapp.events.v1.g*: Read Describe DescribeConfigs',
      'group timeline-processor.g*: Read Describe',
      'topic whatsapp.timelines.v1.g*: Read Write Describe',
      'topic whatsapp.transitions.v1.g*: Write Describe',
      'topic whatsapp.dead-letters.v1: Write Describe',
      'transactionalId timeline-processor.g*: Write Describe',
      'topic whatsapp.webhooks.raw.v1: Describe',
    ])
  })

  it('let the forwarder read webhooks in groups of its destinations, and control itself', () => {
    expect(textsOf('forwarder')).toEqual([
      'topic whatsapp.webhooks.raw.v1: Read Describe DescribeConfigs',
      'group forwarder.*: Read Describe',
      'topic whatsapp.dead-letters.v1: Write Describe',
      'topic whatsapp.forwarding.v1: Read Write Describe',
    ])
  })

  it('let nobody but the ingestor and read receipts append to the raw topic', () => {
    const writers = serviceUsers.filter(({ rights }) =>
      rights.some(
        ({ name, operations }) =>
          name === 'whatsapp.webhooks.raw.v1' && operations.includes('Write'),
      ),
    )
    expect(writers.map(({ name }) => name)).toEqual(['ingestor', 'read-receipts'])
    expect(textsOf('read-receipts')).toEqual([
      'topic whatsapp.webhooks.raw.v1: Read Write Describe DescribeConfigs',
      'group read-receipts*: Read Describe',
      'topic whatsapp.dead-letters.v1: Write Describe',
      'topic whatsapp.read-receipts.v1: Read Write Describe',
    ])
  })

  it('let operators do with all topics and groups what the command line does', () => {
    expect(textsOf('operator')).toEqual([
      'topic whatsapp.*: Create Delete Read Write Describe DescribeConfigs AlterConfigs',
      ...readerNames.map((reader) => `group ${reader}.g*: Delete Read Describe`),
      'group forwarder.*: Delete Read Describe',
      'group read-receipts*: Delete Read Describe',
      'cluster : DescribeConfigs',
    ])
  })
})
