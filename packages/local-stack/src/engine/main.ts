// The process that owns the ClickHouse folder: `node main.ts FOLDER PORT [CONFIGURATION]`, with a
// server's configuration in ClickHouse's own form. Ends on SIGTERM and keeps the data.
import { createHttpInterface } from './http-interface.ts'
import { openEngine } from './native-engine.ts'

const [directory, port, configurationFile] = process.argv.slice(2)
if (!directory || !port) throw new Error('usage: node main.ts FOLDER PORT [CONFIGURATION]')

const engine = openEngine(directory, configurationFile)
const server = createHttpInterface(engine)
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`listening on 127.0.0.1:${port}\n`)
})

process.once('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
  void engine.close().then(() => process.exit(0))
})
