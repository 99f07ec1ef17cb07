import { type StackAddresses } from '@wabastream/local-stack'
import { readViewsGeneration } from '@wabastream/clickhouse'
import { naming } from '../installation/server-error.ts'
import { connectClickHouse } from '../installation/connect-clickhouse.ts'

const FIRST_GENERATION = 1

/** The requested generation, or else the one that the analysts' views show, or else the first. */
export async function chooseGeneration(
  addresses: StackAddresses,
  asked: { readonly generation?: number | undefined },
): Promise<number> {
  if (asked.generation !== undefined) return asked.generation
  const clickhouse = connectClickHouse({ url: addresses.clickhouseUrl })
  try {
    return (
      (await naming('ClickHouse', addresses, () => readViewsGeneration(clickhouse))) ??
      FIRST_GENERATION
    )
  } finally {
    await clickhouse.close()
  }
}
