import { type StateMeta, type StateStore, type TakeContext } from '../ports/ports.ts'
import { ProcessingError } from '../ports/processing-error.ts'
import { type TopicPartition } from '../ports/record.ts'
import { restoreState } from './restore-state.ts'
import { type StatefulOptions } from './stateful-options.ts'
import { StatefulPartition } from './stateful-partition.ts'

/**
 * Takes a newly assigned partition. The order matters: the committed position and the end of the
 * changelog stand still only once the former writer is fenced. Ends early, with nothing left open,
 * when the partition is taken away meanwhile.
 */
export async function takePartition<Event, State>(
  input: TopicPartition,
  options: StatefulOptions<Event, State>,
  context: TakeContext,
): Promise<StatefulPartition<Event, State>> {
  const writer = options.createWriter(input)
  const cancel = (): void => {
    void writer.close()
  }
  context.signal.addEventListener('abort', cancel)
  let store: StateStore | undefined
  try {
    await writer.fence()
    const position = await options.readCommittedOffset(input)
    assertHeld(input, context)
    store = options.openStore(input)
    const hasBegun = position !== undefined
    const meta = await restore({ input, store, hasBegun, options, context })
    assertHeld(input, context)
    options.observer.taken(input, position)
    return new StatefulPartition(input, options, { writer, store, meta, position })
  } catch (error) {
    await writer.close()
    await store?.close()
    throw error
  } finally {
    context.signal.removeEventListener('abort', cancel)
  }
}

function assertHeld({ partition, topic }: TopicPartition, { signal }: TakeContext): void {
  if (!signal.aborted) return
  throw new ProcessingError('taken_away', `${topic}-${partition} was taken away while it was taken`)
}

async function restore<Event, State>({
  input,
  store,
  hasBegun,
  options,
  context,
}: {
  readonly input: TopicPartition
  readonly store: StateStore
  readonly hasBegun: boolean
  readonly options: StatefulOptions<Event, State>
  readonly context: TakeContext
}): Promise<StateMeta> {
  const { changelogTopic, createReader, readBounds, limits, now, observer } = options
  const changelog = { topic: changelogTopic, partition: input.partition }
  const reader = createReader()
  const startedAtMs = now()
  const cancel = (): void => {
    void reader.close()
  }
  context.signal.addEventListener('abort', cancel)
  try {
    assertHeld(input, context)
    const meta = await restoreState({
      store,
      changelog,
      hasBegun,
      reader,
      readBounds,
      now,
      cacheAgeMaxMs: limits.cacheAgeMaxMs,
      writeSizeMax: limits.runRecordsMax,
      async onProgress(progress) {
        observer.restoring(progress)
        await context.heartbeat()
      },
    })
    observer.restored(changelog, (now() - startedAtMs) / 1_000)
    return meta
  } finally {
    context.signal.removeEventListener('abort', cancel)
    await reader.close()
  }
}
