import { describe, expect, it } from '@jest/globals'
import { describeServers } from './check-servers.ts'

const whole = { pendingMigrations: [], readOnlyTables: [], incompleteTables: [] }

describe('the servers of a cluster', () => {
  it('are in order when nothing is missing', () => {
    expect(describeServers([whole, whole])).toMatchObject([{ state: 'ok' }])
  })

  it('are named by their place, with what is wrong and what to do', () => {
    const found = describeServers([
      { ...whole, incompleteTables: ['wa_g1.errors'] },
      { ...whole, pendingMigrations: ['create numbers'], readOnlyTables: ['wa_g1.errors'] },
    ])
    expect(found.map(({ message, state }) => `${state}: ${message}`)).toEqual([
      'warning: server 1 of 2: replicas are away of wa_g1.errors',
      'broken: server 2 of 2: migrations are to be run: create numbers',
      'broken: server 2 of 2 cannot write to wa_g1.errors',
    ])
  })
})
