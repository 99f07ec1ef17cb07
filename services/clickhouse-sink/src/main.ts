import { clickhouseService } from './clickhouse-service.ts'
import { runSinkService } from '@wabastream/sink-service'

await runSinkService(clickhouseService)
