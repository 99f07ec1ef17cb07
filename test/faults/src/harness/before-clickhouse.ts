import { type ServiceName } from '@wabastream/contracts'
import { type FaultPipelineOptions } from './fault-pipeline.ts'
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy.ts'

export interface BeforeClickHouse {
  /** That of the only sink, or of the first. Throws before the pipeline was started. */
  readonly proxy: HttpFaultProxy
  /** Each sink has its own, so that it is known whose request is spoiled; numbers begin at 1. */
  proxyOf(sink: number): HttpFaultProxy
  readonly pipeline: Required<Pick<FaultPipelineOptions, 'env' | 'instances' | 'prepare'>>
}

/** Leads sinks to ClickHouse through proxies that spoil what they are asked to. */
export function beforeClickHouse(
  sinkEnvironments: readonly Readonly<Record<string, string>>[] = [{}],
): BeforeClickHouse {
  const started: HttpFaultProxy[] = []
  const proxyOf = (sink: number): HttpFaultProxy => {
    const proxy = started[sink - 1]
    if (proxy === undefined) throw new Error(`no proxy was started for sink ${sink}`)
    return proxy
  }
  return {
    get proxy() {
      return proxyOf(1)
    },
    proxyOf,
    pipeline: {
      instances: { 'clickhouse-sink': sinkEnvironments.length },
      async prepare(stack) {
        for (const _ of sinkEnvironments) {
          started.push(await startHttpFaultProxy(stack.clickhouseUrl))
        }
        return async () => {
          await Promise.all(started.map((proxy) => proxy.close()))
        }
      },
      env: (service: ServiceName, _stack, number) =>
        service === 'clickhouse-sink'
          ? { CLICKHOUSE_URL: proxyOf(number).url, ...sinkEnvironments[number - 1] }
          : {},
    },
  }
}

/** Whether the request is an insert, into the table if one is named. */
export function insertInto(table = ''): (text: string) => boolean {
  return (text) => text.includes(`INSERT INTO wa_g1.${table}`)
}
