import { describe, expect, it } from '@jest/globals'
import { clickhouseService } from './clickhouse-service.ts'

describe('the sink of ClickHouse', () => {
  it('is patient with what logs, and not with what became of a message', () => {
    const { patientTables = [], tables } = clickhouseService
    const awaited = tables.filter((table) => !patientTables.includes(table))
    expect(awaited.toSorted()).toEqual(['message_timeline', 'status_transitions'])
    expect(patientTables).toContain('contact_aliases')
  })
})
