import { readDestinationFile } from '@wabastream/forwarding'
import { runService } from '@wabastream/service-host'
import { configSchema } from './config.ts'
import { connect } from './connect.ts'
import { startForwarder } from './forwarder.ts'

await runService({
  service: 'forwarder',
  schema: configSchema,
  checkFiles: (env) => {
    const path = env['DESTINATIONS_FILE']
    if (path !== undefined) readDestinationFile(path, env)
  },
  async start(service) {
    const destinations = readDestinationFile(service.config.destinationsFile, service.env)
    return startForwarder(service, await connect(service), destinations)
  },
})
