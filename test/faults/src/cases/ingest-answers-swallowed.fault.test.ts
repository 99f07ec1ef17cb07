// Goal: a produce request whose answer never comes costs neither a webhook nor a false 200.
// Method: swallow answers while dozens of requests wait for one, with the spool off.
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'
import { readMetric } from '../harness/spool-folder.ts'

const ROUNDS = 4

faultCase(import.meta.url, {
  title: 'loses nothing when the answers to produce requests are swallowed',
  pipeline: { cluster: 'single', throughProxy: ['ingestor'] },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    const ingestor = pipeline.instance('ingestor')
    await load.sendDuring({ count: 1_000 }, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = load.ackedCount
        const silencesBefore = await readSilences(ingestor)
        await eventually('webhooks are acked', () => load.ackedCount > before + 100)
        await faults.inject(
          'swallow',
          async () => {
            proxy?.spoil({ kind: 'swallow' }, { apiKey: kafkaApi.produce, count: 4 })
            await eventually(
              '50 requests wait',
              async () =>
                readMetric(await ingestor.metrics(), 'wa_ingestor_in_flight_requests') >= 50,
            )
            await eventually(
              'the producer waited in vain',
              async () => (await readSilences(ingestor)) > silencesBefore,
              60_000,
            )
          },
          { recovers: 'ingestor' },
        )
      }
    })
  },
})

async function readSilences(ingestor: ServiceInstance): Promise<number> {
  return readMetric(await ingestor.metrics(), 'wa_kafka_silent_connections_total')
}
