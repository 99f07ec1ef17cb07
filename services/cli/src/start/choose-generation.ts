import { createClickHouse, readViewsGeneration } from '@wabastream/clickhouse'
import { type StackAddresses } from './prepare.ts'

const FIRST_GENERATION = 1

/** The generation asked for, else the one that the analysts' views show, else the first. */
export async function chooseGeneration(
  { clickhouseUrl }: Pick<StackAddresses, 'clickhouseUrl'>,
  asked: { readonly generation?: number | undefined },
): Promise<number> {
  if (asked.generation !== undefined) return asked.generation
  const clickhouse = createClickHouse({ url: clickhouseUrl })
  try {
    return await readViewsGeneration(clickhouse) ?? FIRST_GENERATION
  } finally {
    await clickhouse.close()
  }
}
