// The arrows of the architecture: services → adapters → processing → contracts; adapters → domain;
// domain and whatsapp → contracts.
const ADAPTERS = '^packages/(kafka|schema-registry|state-store|clickhouse|http-sink)/'
const PURE = '^packages/(domain|whatsapp)/'
/** Tests and what only they use: x.test.ts, x.fixture.ts, test-x.ts, x-arbitraries.ts. */
const TESTS = '(\\.(test|fixture)|/test-[a-z-]+|-arbitraries)\\.ts$'
const SIGNATURE_CHECK = '^packages/whatsapp/src/(signature-verifier|hmac-sha256)[.]ts$'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(bun|electron)$' },
    },
    {
      name: 'enter-packages-by-name',
      comment: 'What another workspace offers is in its index.ts; nothing deeper is public.',
      severity: 'error',
      from: { path: '^(packages|services|test)/([^/]+)/' },
      to: {
        path: '^(packages|services|test)/[^/]+/',
        pathNot: ['^$1/$2/', '^(packages|services|test)/[^/]+/src/(index|main)\\.ts$'],
      },
    },
    {
      name: 'rooms-do-not-import-upward',
      comment: 'A folder is used by the files beside it, and uses none of them.',
      severity: 'error',
      from: { path: '^((packages|services|test)/[^/]+/src)/[^/]+/', pathNot: TESTS },
      to: { path: '^$1/[^/]+\\.ts$' },
    },
    {
      name: 'inner-rooms-do-not-import-upward',
      severity: 'error',
      from: { path: '^((packages|services|test)/[^/]+/src/[^/]+)/[^/]+/', pathNot: TESTS },
      to: { path: '^$1/[^/]+\\.ts$' },
    },
    {
      name: 'contracts-depend-on-nothing',
      severity: 'error',
      from: { path: '^packages/contracts/src/', pathNot: TESTS },
      to: { pathNot: '^packages/contracts/src/' },
    },
    {
      name: 'pure-packages-know-contracts-alone',
      severity: 'error',
      from: { path: PURE, pathNot: TESTS },
      to: {
        path: '^(packages|services|test)/',
        pathNot: ['^packages/contracts/', '^packages/domain/', '^packages/whatsapp/'],
      },
    },
    {
      name: 'pure-packages-do-not-meet',
      severity: 'error',
      from: { path: '^packages/(domain|whatsapp)/' },
      to: { path: PURE, pathNot: '^packages/$1/' },
    },
    {
      name: 'pure-packages-have-no-node',
      comment: 'One exception: the signature check needs node:crypto.',
      severity: 'error',
      from: { path: PURE, pathNot: [TESTS, SIGNATURE_CHECK] },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    {
      name: 'processing-knows-contracts-alone',
      severity: 'error',
      from: { path: '^packages/processing/', pathNot: TESTS },
      to: {
        path: '^(packages|services|test)/',
        pathNot: ['^packages/processing/', '^packages/contracts/'],
      },
    },
    {
      name: 'adapters-do-not-meet',
      severity: 'error',
      from: {
        path: '^packages/(kafka|schema-registry|state-store|clickhouse|http-sink)/',
        pathNot: TESTS,
      },
      to: { path: ADAPTERS, pathNot: '^packages/$1/' },
    },
    {
      name: 'adapters-know-processing-and-contracts',
      comment: 'And domain, which is pure: what a rank or a key is stands there once.',
      severity: 'error',
      from: { path: ADAPTERS, pathNot: TESTS },
      to: { path: '^packages/(whatsapp|connections|service-host|local-stack|testing)/' },
    },
    {
      name: 'what-every-process-needs-knows-no-adapter',
      severity: 'error',
      from: {
        path: '^packages/(service-host|tracing|channels|forwarding|provider)/',
        pathNot: TESTS,
      },
      to: { path: ADAPTERS },
    },
    {
      name: 'the-stateful-runner-knows-what-it-puts-together',
      comment: 'Domain and dialects are the matter of the services that run on it.',
      severity: 'error',
      from: { path: '^packages/stateful-service/', pathNot: TESTS },
      to: {
        path: '^(packages|services|test)/',
        pathNot: [
          '^packages/stateful-service/',
          '^packages/(connections|contracts|kafka|processing|schema-registry)/',
          '^packages/(service-host|state-store)/',
        ],
      },
    },
    {
      name: 'the-runner-of-sinks-knows-what-it-puts-together',
      comment: 'Destinations are the matter of the services that run on it.',
      severity: 'error',
      from: { path: '^packages/sink-service/', pathNot: TESTS },
      to: {
        path: '^(packages|services|test)/',
        pathNot: [
          '^packages/sink-service/',
          '^packages/(connections|contracts|kafka|processing|schema-registry|service-host)/',
        ],
      },
    },
    {
      name: 'connections-know-what-they-put-together',
      severity: 'error',
      from: { path: '^packages/connections/', pathNot: TESTS },
      to: {
        path: '^(packages|services|test)/',
        pathNot: ['^packages/connections/', '^packages/(kafka|schema-registry|service-host)/'],
      },
    },
    {
      name: 'services-alone-use-a-runner',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/(stateful|sink)-service/', pathNot: '^packages/$1/' },
    },
    {
      name: 'nobody-imports-a-service',
      comment: 'Tests alone drive everything.',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$2/' },
    },
    {
      name: 'one-place-for-the-kafka-client',
      severity: 'error',
      from: { pathNot: '^packages/kafka/' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'one-place-for-the-registry-client',
      severity: 'error',
      from: { pathNot: '^packages/schema-registry/' },
      to: { path: 'node_modules/(@kafkajs/confluent-schema-registry|avsc)/' },
    },
    {
      name: 'one-place-for-the-clickhouse-client',
      comment:
        'The local stack tests its own HTTP interface through the client that everybody uses.',
      severity: 'error',
      from: { pathNot: ['^packages/clickhouse/', '^test/', `^packages/local-stack/.*${TESTS}`] },
      to: { path: 'node_modules/@clickhouse/' },
    },
    {
      name: 'test-tools-stay-in-tests',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: [TESTS, '^packages/testing/'] },
      to: { path: ['^packages/testing/', 'node_modules/(fast-check|jest|@jest)/'] },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/generated/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
}
