import {
  type ClickHouse,
  findMissingColumns,
  findPendingMigrations,
  readReconciliation,
  readViewsGeneration,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { checkSchemas } from '@wabastream/schema-registry'
import { type Finding, findingsOf } from './finding.ts'

const PREPARE = 'wabastream prepare'

/** Checks that the registry has our schemas, and accepts none that some version could not read. */
export async function checkRegistry(url: string): Promise<readonly Finding[]> {
  const findings = findingsOf('registry')
  const subjects = await checkSchemas(url)
  const missing = subjects.filter(({ isRegistered }) => !isRegistered)
  const loose = subjects.filter(
    (one) => one.isRegistered && one.compatibility !== one.wantedCompatibility,
  )
  const names = (list: typeof subjects): string => list.map(({ subject }) => subject).join(', ')
  const found: Finding[] = []
  if (missing.length > 0) {
    found.push(
      findings.broken(
        `schemas are not registered as this version has them: ${names(missing)}`,
        PREPARE,
      ),
    )
  }
  if (loose.length > 0) {
    found.push(
      findings.warning(
        `compatibility is not ${loose[0]?.wantedCompatibility} for ${names(loose)}`,
        PREPARE,
      ),
    )
  }
  return found.length > 0 ? found : [findings.ok(`${subjects.length} schemas are registered`)]
}

/**
 * Checks that ClickHouse answers, that it has the tables of this version, and that analysts see
 * them.
 */
export async function checkClickHouse(
  client: ClickHouse,
  generation: number,
  viewsDatabase?: string,
): Promise<readonly Finding[]> {
  const findings = findingsOf('clickhouse')
  const database = databaseName(generation)
  const pending = await findPendingMigrations(client, generation)
  if (pending.length > 0) {
    return [
      findings.broken(`${database}: migrations are to be run: ${pending.join(', ')}`, PREPARE),
    ]
  }
  const missing = await findMissingColumns(client, database)
  const seen = await readViewsGeneration(client, viewsDatabase)
  return [
    missing.length > 0
      ? findings.broken(
          `${database} lacks ${missing.join(', ')}`,
          'somebody dropped them: restore them, then wabastream redrive or replay',
        )
      : findings.ok(`${database} has all tables and columns`),
    seen === undefined
      ? findings.broken('there are no views for analysts', PREPARE)
      : seen === generation
        ? findings.ok(`the views show generation ${seen}`)
        : findings.warning(
            `the views show generation ${seen}, not ${generation}`,
            'wabastream replay --swap once both are alike',
          ),
  ]
}

/** The latest result of the sink's own comparison of the log with the rows. */
export async function checkReconciliation(
  client: ClickHouse,
  generation: number,
): Promise<readonly Finding[]> {
  const findings = findingsOf('reconciliation')
  const database = databaseName(generation)
  const { differences } = await readReconciliation({ client, database }, 0)
  if (differences.length === 0) {
    return [findings.ok('no difference between what was accepted and what is in the tables')]
  }
  return differences.map(({ amount, channel, kind }) =>
    findings.broken(
      `${amount} × ${kind} in channel ${channel}`,
      'wabastream reconcile --from beginning names them',
    ),
  )
}
