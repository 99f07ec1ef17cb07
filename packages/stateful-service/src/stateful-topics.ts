import { type ReaderName, stageOf, topicNames } from '@wabastream/contracts'

/** All have the same number of partitions: partition p of the input writes p of the others. */
export interface StatefulTopics {
  readonly input: string
  /** Compacted; keeps the state for good. */
  readonly changelog: string
  /** Where the processor's forwards go. */
  readonly outputs: readonly string[]
}

type TopicsOfGeneration = (generation: number) => StatefulTopics

/**
 * The topics of the definition, or else of the topology, which throws for a stage without state.
 */
export function topicsOf(
  { service, topics }: { readonly service: ReaderName; readonly topics?: TopicsOfGeneration },
  generation: number,
): StatefulTopics {
  return topics === undefined ? fromTopology(service, generation) : topics(generation)
}

function fromTopology(service: ReaderName, generation: number): StatefulTopics {
  const { changelog, reads, writes } = stageOf(service)
  const [input] = reads
  if (input === undefined || changelog === undefined) throw new Error(`${service} keeps no state`)
  const names = topicNames(generation)
  return {
    input: names[input],
    changelog: names[changelog],
    outputs: writes
      .filter((noun) => noun !== changelog && noun !== 'deadLetters')
      .map((noun) => names[noun]),
  }
}
