import { type ServiceName } from '@wabastream/contracts'
import { type FaultPipelineOptions } from './fault-pipeline.ts'
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy.ts'

export interface BeforeClickHouse {
  /** Throws before the pipeline was started. */
  readonly proxy: HttpFaultProxy
  readonly pipeline: Required<Pick<FaultPipelineOptions, 'env' | 'prepare'>>
}

/** Leads the sink to ClickHouse through a proxy that spoils what it is told to. */
export function beforeClickHouse(
  sinkEnvironment: (number: number) => Readonly<Record<string, string>> = () => ({}),
): BeforeClickHouse {
  let started: HttpFaultProxy | undefined
  const proxy = (): HttpFaultProxy => {
    if (started === undefined) throw new Error('the proxy was not started yet')
    return started
  }
  return {
    get proxy() {
      return proxy()
    },
    pipeline: {
      async prepare(stack) {
        started = await startHttpFaultProxy(stack.clickhouseUrl)
        return () => proxy().close()
      },
      env: (service: ServiceName, _stack, number) => service === 'clickhouse-sink'
        ? { CLICKHOUSE_URL: proxy().url, ...sinkEnvironment(number) }
        : {},
    },
  }
}

/** Whether the request is an insert, into the table if one is named. */
export function insertInto(table = ''): (text: string) => boolean {
  return (text) => text.includes(`INSERT INTO wa_g1.${table}`)
}
