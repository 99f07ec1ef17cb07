import { readNumbersFile } from '@wabastream/provider'
import { loadAll, runService } from '@wabastream/service-host'
import { configSchema } from './config.ts'
import { connect } from './connect.ts'
import { readPolicyFile } from './policies/policy-file.ts'
import { connectNumbers } from './providers.ts'
import { startReadReceipts } from './read-receipts.ts'

await runService({
  service: 'read-receipts',
  schema: configSchema,
  checkFiles: (env) => {
    const [numbers, policies] = [env['NUMBERS_FILE'], env['READ_RECEIPTS_FILE']]
    loadAll<readonly [unknown, unknown]>(
      () => numbers !== undefined && readNumbersFile(numbers, env),
      () => policies !== undefined && readPolicyFile(policies),
    )
  },
  async start(service) {
    const { config, env } = service
    const numbers = connectNumbers(readNumbersFile(config.numbersFile, env), env)
    const policyOf = readPolicyFile(config.readReceiptsFile)
    return startReadReceipts(service, await connect(service), { numbers, policyOf })
  },
})
