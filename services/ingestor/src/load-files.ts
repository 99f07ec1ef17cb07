import {
  type Channel,
  clientAuthoritiesOf,
  readChannelFile,
  readServerCertificate,
  type ServerCertificate,
} from '@wabastream/channels'
import { ConfigError, type Environment, loadAll, type Logger } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { type IngestorConfig } from './config.ts'
import { type Ingestor } from './ingestor.ts'
import { createReloading, keepLooking, type Reloading } from './reload/reload.ts'
import { createReloadMetrics } from './reload/reload-metrics.ts'

/** What the ingestor loads from files, and reloads while it runs. */
export interface LoadedFiles {
  readonly channels: Reloading<readonly Channel[]>
  /** Null where HTTPS is off. */
  readonly certificate: Reloading<ServerCertificate> | null
  /** Hands changes to the ingestor. Resolves when the signal is aborted. */
  follow(
    ingestor: Pick<Ingestor, 'useChannels' | 'useCertificate'>,
    intervalMs: number,
    signal: AbortSignal,
  ): Promise<void>
}

type Loaded = readonly [Reloading<readonly Channel[]>, Reloading<ServerCertificate> | null]

/** Loads the channels and the certificate. Throws a ConfigError that names the problems of both. */
export function loadFiles(options: {
  readonly config: Pick<
    IngestorConfig,
    'channelsFile' | 'tlsCertFile' | 'tlsKeyFile' | 'clientCertificateHeader'
  >
  readonly env: Environment
  readonly registry: Registry
  readonly logger: Pick<Logger, 'info' | 'error'>
}): LoadedFiles {
  const { config, env, logger, registry } = options
  const { channelsFile, tlsCertFile, tlsKeyFile } = config
  const metrics = createReloadMetrics(registry)
  const [channels, certificate] = loadAll<Loaded>(
    () =>
      createReloading(
        {
          what: 'channels',
          load: (read) => withCertificates(readChannelFile(channelsFile, env, read), config),
        },
        { metrics, logger },
      ),
    () => {
      if (tlsCertFile === undefined || tlsKeyFile === undefined) return null
      const files = { certFile: tlsCertFile, keyFile: tlsKeyFile }
      return createReloading(
        {
          what: 'certificate',
          load: (read) => readServerCertificate(files, read),
        },
        { metrics, logger },
      )
    },
  )
  const tellExpiry = ({ expiresAt }: ServerCertificate): void => {
    metrics.certificateExpires(expiresAt)
    if (expiresAt.getTime() > Date.now()) return
    logger.error({ expiresAt }, 'the certificate has expired: clients that verify it send nothing')
  }
  if (certificate !== null) tellExpiry(certificate.loaded)
  return {
    channels,
    certificate,
    follow(ingestor, intervalMs, signal) {
      channels.onReloaded((loaded) => ingestor.useChannels(loaded))
      certificate?.onReloaded((loaded) => {
        ingestor.useCertificate(loaded)
        tellExpiry(loaded)
      })
      const all = certificate === null ? [channels] : [channels, certificate]
      return keepLooking(all, { intervalMs, signal })
    },
  }
}

/** Returns the channels unchanged. Throws if they ask for certificates that can never arrive. */
function withCertificates(
  channels: readonly Channel[],
  config: Pick<IngestorConfig, 'tlsCertFile' | 'clientCertificateHeader'>,
): readonly Channel[] {
  if (config.tlsCertFile !== undefined || config.clientCertificateHeader !== undefined) {
    return channels
  }
  const asking = channels.filter((channel) => clientAuthoritiesOf([channel]).length > 0)
  if (asking.length === 0) return channels
  throw new ConfigError(
    'The channel file',
    asking.map(
      ({ name }) =>
        `${name}: clientCertificate needs HTTPS here (TLS_CERT_FILE), or an ingress that hands the ` +
        'certificate on (CLIENT_CERTIFICATE_HEADER)',
    ),
  )
}
