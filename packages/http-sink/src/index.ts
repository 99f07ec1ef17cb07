export { HttpSinkFailure } from './http-sink-failure.ts'
export { createHttpSink, type HttpSinkOptions } from './http-sink.ts'
