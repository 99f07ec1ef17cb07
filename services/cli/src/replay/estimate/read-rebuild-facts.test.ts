import { expect, it } from '@jest/globals'
import { createClickHouse } from '@wabastream/clickhouse'
import { findFreePort } from '@wabastream/testing'
import { readLiveSize } from './read-rebuild-facts.ts'

it('an estimate goes without the size of tables that it cannot read', async () => {
  const clickhouse = createClickHouse({ url: `http://127.0.0.1:${await findFreePort()}` })
  await expect(clickhouse.query('SELECT 1')).rejects.toBeDefined()
  expect(await readLiveSize(clickhouse, 1)).toEqual({ webhooks: 0, bytes: 0 })
  await clickhouse.close()
})
