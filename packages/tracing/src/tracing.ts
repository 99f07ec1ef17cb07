import { type BeginTraces } from '@wabastream/processing'

export interface TracingOptions {
  readonly serviceName: string
  /** Base address of a collector that takes OTLP over HTTP; undefined switches tracing off. */
  readonly endpoint: string | undefined
  /** Share of the webhooks that begin a trace, 0 to 1, where the client did not decide. */
  readonly ratio: number
  /** Spans were not taken: they are dropped, and nothing else suffers. */
  readonly onError: (error: unknown) => void
}

/** A webhook on its way from the socket to durable bytes. */
export interface RequestTrace {
  /** For the headers of the record: what follows from it belongs to the same trace. */
  readonly traceparent: string
  end(outcome: RequestOutcome): void
}

export interface RequestOutcome {
  readonly status: number
  /** What the counter of requests calls it. */
  readonly outcome: string
}

export interface RequestFacts {
  /** As the client sent it, if it did; anything malformed starts a new trace. */
  readonly traceparent: string | string[] | undefined
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  readonly channel: string
  readonly receiptId: string
}

/** Where traces of single webhooks are begun. What is off or not sampled costs one comparison. */
export interface Tracing {
  /** Undefined while tracing is off. The result is undefined for requests that are not sampled. */
  readonly beginRequest: ((facts: RequestFacts) => RequestTrace | undefined) | undefined
  /** Undefined while tracing is off. */
  readonly beginTraces: BeginTraces | undefined
  /** Sends what is left; gives up after some seconds. */
  close(): Promise<void>
}

export const noTracing: Tracing = {
  beginRequest: undefined,
  beginTraces: undefined,
  close: () => Promise.resolve(),
}
