import { type BeginTraces } from '@wabastream/processing'

export interface TracingOptions {
  readonly serviceName: string
  /** Base address of a collector that takes OTLP over HTTP; undefined switches tracing off. */
  readonly endpoint: string | undefined
  /** Share of the webhooks that begin a trace, 0 to 1, if the client did not decide. */
  readonly ratio: number
  /** The collector did not take spans: they are dropped, and nothing else suffers. */
  readonly onError: (error: unknown) => void
}

/** A webhook on its way from the socket to durable bytes. */
export interface RequestTrace {
  /** For the headers of the record, so that what follows from it belongs to the same trace. */
  readonly traceparent: string
  end(outcome: RequestOutcome): void
}

export interface RequestOutcome {
  readonly status: number
  /** Its name in the counter of requests. */
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

/**
 * Begins traces of single webhooks. If tracing is off, or a webhook is not sampled, it costs one
 * comparison.
 */
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
