import { runService } from '@wabastream/service-host'
import { configSchema } from './config.ts'
import { startSink } from './sink-service.ts'

await runService({ service: 'clickhouse-sink', schema: configSchema, start: startSink })
