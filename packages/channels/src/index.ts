export {
  type Channel,
  type ClientAuthority,
  clientAuthoritiesOf,
  type ClientCertificateStrategy,
  type KeyedSecret,
  META_SIGNATURE,
  type SignatureForm,
  type SignatureStrategy,
  type Strategy,
} from './channel.ts'
export { readChannelFile } from './channel-file.ts'
export {
  asObject,
  type ConfigFile,
  findRepeated,
  listIn,
  parseConfigText,
  readConfigFile,
} from './config-file.ts'
export { checkFiles } from './check-files.ts'
export { HEADER_NAME, isHeaderValue } from './header.ts'
export { createSecretSchema, type SecretSources } from './secret-reference.ts'
export { splitPem } from './pem.ts'
export { hasChanged, type ReadFile, recordReads, type Snapshot } from './recorded-reads.ts'
export { readServerCertificate, type ServerCertificate } from './server-certificate.ts'
