import { describe, expect, it } from '@jest/globals'
import { readTopics, topicNames } from '@wabastream/contracts'
import { clickhouseService } from './clickhouse-service.ts'

describe('the sink of ClickHouse', () => {
  it('is patient with what logs, and not with what became of a message', () => {
    const patient = clickhouseService.patientTopics?.(2) ?? []
    const { timelines, transitions } = topicNames(2)
    const awaited = readTopics('clickhouse-sink', 2).filter((topic) => !patient.includes(topic))
    expect(awaited.toSorted()).toEqual([timelines, transitions].toSorted())
  })
})
