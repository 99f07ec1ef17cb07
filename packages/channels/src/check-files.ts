import { readFileSync } from 'node:fs'
import { type Environment, loadAll } from '@wabastream/service-host'
import { readChannelFile } from './channel-file.ts'
import { readServerCertificate } from './server-certificate.ts'

/** Throws the problems of the files that the environment names, as a ConfigError. */
export function checkFiles(env: Environment): void {
  const { CHANNELS_FILE: channels, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env
  loadAll(
    () => {
      if (channels) readChannelFile(channels, env)
    },
    () => {
      if (certFile && keyFile) readServerCertificate({ certFile, keyFile }, readFileSync)
    },
  )
}
