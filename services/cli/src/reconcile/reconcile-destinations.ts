import { type ClickHouse } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { readControl } from '../forward/forwarding.ts'
import { type DestinationStatus, readStatus } from '../forward/read-status.ts'
import { countLetters } from '../forward/trace-forwarded.ts'
import { formatCount } from '../output/format.ts'
import { renderTable } from '../output/table.ts'
import { type Paint } from '../output/terminal.ts'

/** A destination, and what is missing of the webhooks that it should have got. */
export interface ReconciledDestination extends DestinationStatus {
  /** Dead letters of webhooks that it did not accept. */
  readonly letters: number
  /** Offsets that are unaccounted for, deleted before they were sent, or without their letter. */
  readonly missing: number
}

/** Compares what was handed on with the raw topic and the dead letters; empty without any. */
export async function reconcileDestinations(
  kafka: KafkaClient,
  clickhouse: ClickHouse,
  generation: number,
): Promise<readonly ReconciledDestination[]> {
  const statuses = await readStatus(kafka, {
    control: await readControl(kafka),
    configured: [],
    nowMs: Date.now(),
  })
  if (statuses.length === 0) return []
  const counted = await countLetters(clickhouse, databaseName(generation))
  return statuses.map((status) => {
    const letters = counted.get(status.destination) ?? 0
    // Letters are deleted as old rows are: only a log that has all of its records tells.
    const unexplained = status.isWhole ? Math.max(0, status.tally.refused - letters) : 0
    return { ...status, letters, missing: status.difference + status.lost + unexplained }
  })
}

export function renderDestinations(
  destinations: readonly ReconciledDestination[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  return renderTable({
    columns,
    head: ['destination', 'acknowledged', 'refused', 'letters', 'left out', 'pending', 'missing'],
    rows: destinations.map(({ destination, letters, missing, pending, tally }) => [
      destination,
      ...[tally.acknowledged, tally.refused, letters, tally.unselected, pending].map(formatCount),
      missing === 0 ? paint.green('0') : paint.red(formatCount(missing)),
    ]),
  })
}
