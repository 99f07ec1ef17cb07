// Exit code 0 when the service of this container says that it is alive.
const TIMEOUT_MS = 2_500

const url = `http://127.0.0.1:${process.env.ADMIN_PORT ?? 9400}/livez`
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  process.exitCode = response.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
