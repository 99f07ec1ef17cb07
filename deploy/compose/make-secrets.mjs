// Makes the secrets of an installation on one host, once. Replace them by your own: each is a file
// in a volume, and `docker compose exec ingestor cat /run/secrets/wabastream/app-secret` shows it.
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** The services of ours, and those that run as somebody else's user. */
const OURS = 10_001
const root = process.argv[2] ?? '/secrets'

function ensure(path, make, owner) {
  const file = join(root, path)
  if (!existsSync(file)) {
    write(file, make())
    console.log(`made ${path}`)
  }
  return handOver(file, owner)
}

/** A copy follows its original, which its owner may have replaced. */
function copy(from, path, owner) {
  const file = join(root, path)
  const value = readFileSync(join(root, from), 'utf8')
  if (!existsSync(file) || readFileSync(file, 'utf8') !== value) {
    write(file, value)
    console.log(`copied ${from} to ${path}`)
  }
  return handOver(file, owner)
}

function write(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  // An existing file may be read-only.
  rmSync(file, { force: true })
  writeFileSync(file, value, { mode: 0o400 })
}

function handOver(file, owner) {
  // Others' images differ in their users; the volume is mounted where it is needed, and nowhere
  // else.
  if (owner === undefined) chmodSync(file, 0o444)
  else if (process.getuid?.() === 0) chownSync(file, owner, owner)
  return readFileSync(file, 'utf8')
}

const random = () => randomBytes(24).toString('base64url')
const signingKey = () => `whsec_${randomBytes(32).toString('base64')}`

// Each service mounts a volume of its own: what it needs, and nothing of the others.
ensure('wabastream/app-secret', random, OURS)
ensure('wabastream/verify-token', random, OURS)
ensure('wabastream/canary-secret', random, OURS)
ensure('forwarder/signing-key', signingKey, OURS)
ensure('read-receipts/verify-token', random, OURS)
ensure('grafana/admin-password', random)
// Grafana asks ClickHouse as an analyst, and has no other password of it.
ensure('grafana/clickhouse-password', random)
ensure('clickhouse/migrator-password', random)
const writer = ensure('clickhouse/writer-password', random)
const canary = ensure('clickhouse/canary-password', random)
const administrator = ensure('clickhouse/password', random)
const addressOf = (user, password) => () => `http://${user}:${password}@clickhouse:8123`
ensure('prepare/clickhouse-url', addressOf('wabastream', administrator), OURS)
ensure('sink/clickhouse-url', addressOf('wabastream_writer', writer), OURS)
ensure('canary/clickhouse-url', addressOf('wabastream_canary', canary), OURS)
copy('wabastream/canary-secret', 'canary/webhook-secret', OURS)
// Earlier versions gave it to everybody.
rmSync(join(root, 'wabastream/clickhouse-url'), { force: true })
