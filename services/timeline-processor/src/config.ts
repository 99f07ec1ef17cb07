import { adminPortOf } from '@wabastream/contracts'
import { statefulFields } from '@wabastream/stateful-service'
import { z } from 'zod'

export const configSchema = z.object(
  statefulFields({ adminPort: adminPortOf('timeline-processor') }),
)

export type TimelineConfig = z.output<typeof configSchema>
