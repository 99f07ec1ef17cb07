import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type WabastreamProcess } from '@wabastream/end-to-end'
import { findFreePort } from '@wabastream/local-stack'
import { type ScrapedService, startScrapedService } from './scraped-service.fixture.ts'

/** A forwarder beside a wabastream that runs, and an application that accepts everything. */
export async function startScrapedForwarder(
  { brokers, schemaRegistryUrl }: WabastreamProcess,
  directory: string,
): Promise<ScrapedService> {
  const application = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end())
  })
  const port = await findFreePort()
  application.listen(port, '127.0.0.1')
  await once(application, 'listening')
  const file = join(directory, 'destinations.yaml')
  const destination = { name: 'app', url: `http://127.0.0.1:${port}/`, allow: ['loopback'] }
  await writeFile(file, JSON.stringify({ destinations: [destination] }))
  const forwarder = await startScrapedService('forwarder', {
    KAFKA_BROKERS: brokers.join(','),
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    DESTINATIONS_FILE: file,
  })
  return {
    address: forwarder.address,
    async stop() {
      await forwarder.stop()
      application.close()
      application.closeAllConnections()
    },
  }
}
