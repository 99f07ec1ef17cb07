import { recordTopics, type WireRecord } from './generated/vocabulary.ts'
import { type ReaderName, type StageEntry, stageOf } from './topology.ts'

type NounsReadBy<Service extends ReaderName> = Extract<
  StageEntry,
  { readonly service: Service }
>['reads'][number]

type NamesReadBy<Service extends ReaderName> = {
  readonly [
    Name in keyof typeof recordTopics
  ]: (typeof recordTopics)[Name] extends NounsReadBy<Service> ? Name : never
}[keyof typeof recordTopics]

/** A record that belongs on one of the topics that the service reads. */
export type RecordReadBy<Service extends ReaderName> = Extract<
  WireRecord,
  { readonly type: NamesReadBy<Service> }
>

/** Says of a record whether it belongs on one of the topics that the service reads. */
export function createReadGuard<Service extends ReaderName>(
  service: Service,
): (record: WireRecord) => record is RecordReadBy<Service> {
  const nouns: ReadonlySet<string> = new Set(stageOf(service).reads)
  const names: ReadonlySet<string> = new Set(
    Object.entries(recordTopics).flatMap(([name, noun]) => (nouns.has(noun) ? [name] : [])),
  )
  return (record): record is RecordReadBy<Service> => names.has(record.type)
}
