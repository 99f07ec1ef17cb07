import { clickhouseService } from './clickhouse-service.ts'
import { runSinkService } from './runner/run-sink-service.ts'

await runSinkService(clickhouseService)
