import { type Middleware } from 'koa'
import { openTracing, type Tracing } from '@wabastream/tracing'
import { type Registry } from 'prom-client'
import { type AdminServer, startAdminServer } from './admin-server.ts'
import {
  type ConfigSchema,
  type Environment,
  listSettings,
  readConfig,
  renderConfigHelp,
} from './config.ts'
import { ConfigError, loadAll } from './config-error.ts'
import { endProcess, endProcessSoon } from './end-process.ts'
import { type ProcessConfig } from './fields.ts'
import { type Health, toHealth } from './health.ts'
import { createLogger, type Logger } from './logging/logger.ts'
import { createMetricsRegistry } from './metrics/metrics-registry.ts'

const EXIT_FAILED = 1
const EXIT_CONFIG = 2

export interface ServiceContext<C> {
  readonly config: C
  /**
   * For values that the configuration only refers to, such as secrets by the name of their
   * variable.
   */
  readonly env: Environment
  readonly logger: Logger
  readonly registry: Registry
  readonly tracing: Tracing
  /** Aborted when the process is asked to stop, even while `start` still runs. */
  readonly signal: AbortSignal
  /**
   * Logs that the process can't go on, and exits 1. It is for crash callbacks; elsewhere, throw.
   */
  readonly fail: (error: unknown) => void
}

export interface RunningService {
  /** False makes the orchestrator restart the process. An idle process is alive. */
  isAlive(): Health
  isReady(): Health
  readonly routes?: readonly Middleware[]
  /** Finishes or gives back what is in flight. Called once; the host keeps the deadline. */
  stop(): Promise<void>
}

export interface ServiceDefinition<C extends ProcessConfig> {
  readonly service: string
  /** Must hold `processFields(…)`. */
  readonly schema: ConfigSchema<C>
  /**
   * Checks the files that the environment names, even if other settings are wrong, so that one
   * message reports all problems. Throws a ConfigError.
   */
  readonly checkFiles?: (env: Environment) => void
  /** Builds and starts everything. /livez answers while it runs, /readyz says 'starting'. */
  readonly start: (context: ServiceContext<C>) => Promise<RunningService>
}

/**
 * The whole life of a process: configuration (problems: exit 2), admin server, start, and on
 * SIGTERM or SIGINT a stop within `shutdownTimeoutMs` (exit 0; 1 when the time is up). An unhandled
 * rejection or exception, or a failed start, is logged and exits 1. `--help` prints the variables,
 * with `--json` as data.
 */
export async function runService<C extends ProcessConfig>(
  definition: ServiceDefinition<C>,
): Promise<void> {
  const { service, schema } = definition
  if (process.argv.includes('--help')) {
    process.stdout.write(
      process.argv.includes('--json')
        ? `${JSON.stringify(listSettings(schema))}\n`
        : renderConfigHelp(service, schema),
    )
    return
  }
  try {
    const [config] = loadAll<readonly [C, void]>(
      () => readConfig({ schema, env: process.env, service }),
      () => definition.checkFiles?.(process.env),
    )
    const logger = createLogger({ service, level: config.logLevel })
    const fail = exitOnFailure(logger)
    await live({ definition, config, logger, fail }).catch((error: unknown) => {
      if (error instanceof ConfigError) throw error
      fail(error)
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    endProcess(EXIT_CONFIG)
  }
}

async function live<C extends ProcessConfig>(host: {
  readonly definition: ServiceDefinition<C>
  readonly config: C
  readonly logger: Logger
  readonly fail: (error: unknown) => void
}): Promise<void> {
  const { definition, config, logger, fail } = host
  const stop = watchStopSignals(config.shutdownTimeoutMs, logger)
  const { signal } = stop
  const registry = createMetricsRegistry(definition.service)
  const tracing = await openTraces(definition.service, config, logger)
  let running: RunningService | undefined
  const admin = await startAdmin({ config, registry, signal, current: () => running })
  try {
    running = await definition.start({
      config,
      env: process.env,
      logger,
      registry,
      tracing,
      signal,
      fail,
    })
    logger.info({ adminPort: admin.port }, 'started')
  } catch (error) {
    if (!signal.aborted) throw error
  }
  await stop.requested
  await running?.stop()
  await tracing.close()
  await admin.close()
  logger.info('stopped')
  await endProcessSoon(0)
}

function openTraces(
  service: string,
  { otelExporterOtlpEndpoint, otelTracesSamplerArg }: ProcessConfig,
  logger: Logger,
): Promise<Tracing> {
  return openTracing({
    serviceName: `wabastream-${service}`,
    endpoint: otelExporterOtlpEndpoint,
    ratio: otelTracesSamplerArg,
    onError: (err) => logger.warn({ err }, 'traces were not taken and are dropped'),
  })
}

/**
 * The first signal asks for a stop and starts the deadline; a second one ends the process at once.
 */
function watchStopSignals(
  timeoutMs: number,
  logger: Logger,
): {
  readonly signal: AbortSignal
  readonly requested: Promise<void>
} {
  const controller = new AbortController()
  const requested = Promise.withResolvers<void>()
  const onSignal = (name: string): void => {
    if (controller.signal.aborted) endProcess(EXIT_FAILED)
    logger.info({ signal: name, shutdownTimeoutMs: timeoutMs }, 'stopping')
    setTimeout(() => {
      logger.error({ shutdownTimeoutMs: timeoutMs }, 'not stopped within the time allowed')
      endProcess(EXIT_FAILED)
    }, timeoutMs).unref()
    controller.abort(new Error('the process was asked to stop'))
    requested.resolve()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return { signal: controller.signal, requested: requested.promise }
}

function startAdmin(options: {
  readonly config: ProcessConfig
  readonly registry: Registry
  readonly signal: AbortSignal
  readonly current: () => RunningService | undefined
}): Promise<AdminServer> {
  const { config, registry, signal, current } = options
  return startAdminServer({
    port: config.adminPort,
    host: config.adminHost,
    registry,
    isAlive: () => current()?.isAlive() ?? toHealth([]),
    isReady: () => {
      if (signal.aborted) return toHealth(['stopping'])
      return current()?.isReady() ?? toHealth(['starting'])
    },
    routes: [(ctx, next) => composeRoutes(current()?.routes ?? [], ctx, next)],
  })
}

function composeRoutes(
  routes: readonly Middleware[],
  ctx: Parameters<Middleware>[0],
  next: () => Promise<unknown>,
): Promise<unknown> {
  const [first, ...rest] = routes
  if (first === undefined) return next()
  return Promise.resolve(first(ctx, () => composeRoutes(rest, ctx, next)))
}

function exitOnFailure(logger: Logger): (error: unknown) => void {
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'the process cannot go on')
    endProcess(EXIT_FAILED)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return fail
}
