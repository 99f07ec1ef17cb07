import { type GenerationComparison, type MissingRows } from '@wabastream/clickhouse'
import { CliError } from '../output/cli-error.ts'
import { type Agreed } from './agreed.ts'
import { describeMissing, type Swap } from './render-missing.ts'
import { describeRefusal, isRefused } from './render-refusal.ts'

/** The rows that are missing as agreed, and how many timelines could not be judged. */
export interface Replacement {
  readonly missing: readonly MissingRows[]
  readonly inFlight: number
}

/**
 * Throws an error that says what is missing or differs, unless that was agreed. No verdict may be
 * missing, whatever was agreed.
 */
export function assertReplaces(
  comparison: GenerationComparison,
  agreed: Agreed,
  swap: Swap,
): Replacement {
  if (comparison.kind === 'incomplete') throw new CliError(describeMissing(comparison.ranges, swap))
  const { contents, missing } = comparison
  if (isRefused(contents, missing, agreed)) {
    throw new CliError(describeRefusal({ contents, missing, agreed }, swap))
  }
  return { missing, inFlight: contents.inFlight }
}
