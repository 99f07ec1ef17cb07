import { runStatefulService } from '@wabastream/stateful-service'
import { timelineService } from './timeline-service.ts'

await runStatefulService(timelineService)
