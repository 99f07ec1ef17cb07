import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readViewsGeneration } from '@wabastream/clickhouse'
import { databaseName, generationTopics, pipelineConsumers } from '@wabastream/contracts'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { createSteps, type Steps } from '../output/steps.ts'
import { type Terminal } from '../output/terminal.ts'
import { awaitNoMembers } from './begin-generation.ts'
import { type Installation } from '../installation/installation.ts'
import { askToStop, forgetStopRequest } from './stop-request.ts'

/** Time for `start` and `replay` on this host to see the request and let their services drain. */
const STOP_MS_MAX = 60_000

/**
 * Stops a generation if it runs on this host, and deletes all of it: consumer groups, topics,
 * state, tables. Throws for the live one, and while somebody else runs it. It can be repeated.
 */
export async function runDrop(
  installation: Installation,
  {
    generation,
    stopMsMax = STOP_MS_MAX,
  }: {
    readonly generation: number
    readonly stopMsMax?: number
  },
  terminal: Terminal,
): Promise<void> {
  const { clickhouse, dataDirectory, kafka, live, otherServers = [] } = installation
  assertNotLive(generation, live, dataDirectory)
  const steps = createSteps(terminal)
  await stopServices(installation, { generation, stopMsMax }, steps)
  // Meanwhile somebody else may have made it the live one.
  assertNotLive(generation, await readViewsGeneration(clickhouse), dataDirectory)
  const consumers = pipelineConsumers(generation)
  const groups = consumers.map(({ group }) => group)
  await steps.run('consumer groups deleted', () => kafka.admin.deleteGroups(groups))
  await steps.run('topics deleted', () => kafka.admin.deleteTopics(generationTopics(generation)))
  await steps.run('state deleted', () =>
    Promise.all(
      consumers
        .filter(({ hasState }) => hasState)
        .map(({ group }) =>
          rm(join(dataDirectory, 'state', group), { recursive: true, force: true }),
        ),
    ),
  )
  await steps.run('tables deleted', () =>
    Promise.all(
      [clickhouse, ...otherServers].map((server) =>
        server.command(`DROP DATABASE IF EXISTS ${databaseName(generation)}`),
      ),
    ),
  )
}

function assertNotLive(generation: number, live: number | undefined, dataDirectory: string): void {
  if (generation !== live) return
  const swap = commandText(['replay', '--swap', '--into', 'GENERATION'], dataDirectory)
  throw new CliError(
    `Generation ${generation} is the live one: analysts see it. Move the views ` +
      `to another first (\`${swap}\`).`,
  )
}

async function stopServices(
  { dataDirectory, kafka }: Installation,
  { generation, stopMsMax }: { readonly generation: number; readonly stopMsMax: number },
  steps: Steps,
): Promise<void> {
  const groups = pipelineConsumers(generation).map(({ group }) => group)
  await askToStop(dataDirectory, generation)
  try {
    const busy = await awaitNoMembers(kafka.admin, groups, {
      patienceMs: stopMsMax,
      onWaiting: () => steps.say(`waiting until nobody runs generation ${generation}`),
    })
    if (busy.size === 0) return
    const list = [...busy].map(([group, members]) => `${group} (${members})`).join(', ')
    throw new CliError(
      `Generation ${generation} is still run by somebody: ${list}. Stop these ` +
        'services, then repeat this.',
    )
  } finally {
    await forgetStopRequest(dataDirectory, generation)
  }
}
