import { type Installation } from '../../installation/installation.ts'
import { type Terminal } from '../../output/terminal.ts'
import { assertBeside } from '../assert-generation.ts'
import { findBeginning } from '../begin-generation.ts'
import { describeEstimate } from './describe-estimate.ts'
import { estimateRebuild, type RebuildEstimate } from './estimate-rebuild.ts'
import { readRebuildFacts } from './read-rebuild-facts.ts'
import { type ReplayOptions } from '../run-replay.ts'

/** Says what a rebuild would take, and changes nothing. */
export async function runEstimate(
  installation: Installation,
  options: Pick<ReplayOptions, 'from' | 'into' | 'json' | 'services'>,
  terminal: Terminal,
): Promise<void> {
  assertBeside({ into: options.into, live: installation.live })
  const { estimate } = await readEstimate(installation, options)
  terminal.out(options.json ? JSON.stringify(estimate) : describeEstimate(estimate, options))
}

/** What a rebuild takes, and where it begins; no offsets if it goes on where it stands. */
export async function readEstimate(
  installation: Installation,
  { from, into }: Pick<ReplayOptions, 'from' | 'into'>,
): Promise<{
  readonly estimate: RebuildEstimate
  readonly offsets: ReadonlyMap<number, number> | undefined
}> {
  const { dataDirectory, kafka } = installation
  const offsets = await findBeginning(kafka.admin, { generation: into, from, dataDirectory })
  return {
    offsets,
    estimate: estimateRebuild(await readRebuildFacts(installation, { into, offsets })),
  }
}
