/** Bytes of records before they were packed, and as they were sent. */
export interface ProducedBytes {
  readonly plain: number
  readonly sent: number
}

const byTopic = new Map<string, { plain: number; sent: number }>()

/** Adds a batch to what this process has produced; one that is sent again counts again. */
export function countProduced(topic: string, batch: ProducedBytes): void {
  const known = byTopic.get(topic)
  if (known === undefined) {
    byTopic.set(topic, { ...batch })
    return
  }
  known.plain += batch.plain
  known.sent += batch.sent
}

/** What this process has produced so far, by topic. */
export function producedBytes(): ReadonlyMap<string, ProducedBytes> {
  return byTopic
}
