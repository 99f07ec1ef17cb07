export { avroEvents } from './avro-events.ts'
export { createStatefulLoop, type StatefulLoopParts } from './create-loop.ts'
export { runStatefulService } from './run-stateful-service.ts'
export { statefulFields } from './stateful-fields.ts'
export {
  type CountNote,
  type ProcessorContext,
  type StatefulConfig,
  type StatefulServiceDefinition,
} from './stateful-service.ts'
export { type StatefulTopics } from './stateful-topics.ts'
