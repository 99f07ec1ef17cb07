export { HttpSinkError } from './http-sink-error.ts'
export { createHttpSink, type HttpSinkOptions } from './http-sink.ts'
