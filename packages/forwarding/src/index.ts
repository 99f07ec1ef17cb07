export {
  CONTROL_PARTITION,
  type Control,
  type ControlRecord,
  ControlTable,
  type Replay,
  type Start,
  toPauseRecord,
  toReplayRecord,
  toStartRecord,
} from './control/control.ts'
export { createControlReader, type ReadControl } from './control/control-reader.ts'
export { readBeginning } from './control/read-beginning.ts'
export { type Beginning, type Destination } from './destinations/destination.ts'
export { DESTINATION_NAME } from './destinations/destination-schema.ts'
export { readDestinationFile } from './destinations/destination-file.ts'
export {
  Dispatcher,
  type DispatcherOptions,
  type DispatchObserver,
  type GivenUp,
} from './dispatch/dispatcher.ts'
export { type Delivery, type Lane } from './dispatch/lane.ts'
export {
  differenceOf,
  type KeptPosition,
  Ledger,
  type Settlement,
  settlements,
  type Tally,
} from './ledger/ledger.ts'
export { hasMuchRoom, hasRoom, offerRecords } from './reading/offer-records.ts'
export { receiptIdOf, toCandidate, toOutgoingWebhook } from './reading/raw-record.ts'
export { readBody } from './selection/read-body.ts'
export { type Candidate, createSelect, type Select } from './selection/selection.ts'
export {
  type Answer,
  describeAnswer,
  type UnreachableCause,
  unreachableCauses,
} from './sending/answer.ts'
export { createPoster, type Poster } from './sending/poster.ts'
export { RECEIPT_HEADER, REPLAY_HEADER } from './sending/request-headers.ts'
