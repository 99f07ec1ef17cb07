{{- define "wabastream.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The image's tag as a label may hold it. */}}
{{- define "wabastream.version" -}}
{{- .Values.image.tag | default .Chart.AppVersion | replace "+" "_" | trunc 63 | trimAll "-_." -}}
{{- end -}}

{{/* The services of the pipeline that this release runs, in the order of the flow, as a map with one list. */}}
{{- define "wabastream.services" -}}
{{- $services := list -}}
{{- $topology := .Files.Get "files/topology.yaml" | fromYaml -}}
{{- if not $topology.services -}}
{{- fail "files/topology.yaml of the chart is missing or empty: take the whole chart" -}}
{{- end -}}
{{- range $topology.services -}}
{{- if or (ne .kind "receiver") (index $.Values .values).enabled -}}
{{- $services = append $services . -}}
{{- end -}}
{{- end -}}
{{- dict "services" $services | toYaml -}}
{{- end -}}

{{/* Labels of everything. */}}
{{- define "wabastream.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "wabastream.version" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* What selects the pods of one component: dict root, component. */}}
{{- define "wabastream.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "wabastream.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "wabastream.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "wabastream.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Seconds a pod has: what it does before the signal, the service's own limit, and some to spare. */}}
{{- define "wabastream.gracePeriod" -}}
{{- add (.preStopSeconds | default 0) .shutdownTimeoutSeconds 5 -}}
{{- end -}}

{{/* The consumers may not be more than there are partitions to read: dict root, wanted. */}}
{{- define "wabastream.cappedReplicas" -}}
{{- min (int .wanted) (int .root.Values.partitions) -}}
{{- end -}}

{{/* Where ClickHouse is, as a map. */}}
{{- define "wabastream.clickhouseVariables" -}}
{{- if .Values.clickhouse.urlSecret.name -}}
CLICKHOUSE_URL_FILE: /etc/wabastream/clickhouse/url
{{- else -}}
{{- if .Values.clickhouse.migratorSecretName -}}
{{- fail "clickhouse.migratorSecretName needs clickhouse.urlSecret.name: the other services' user" -}}
{{- end -}}
CLICKHOUSE_URL: {{ required "clickhouse.url or clickhouse.urlSecret.name is needed" .Values.clickhouse.url | quote }}
{{- end -}}
{{- with .Values.clickhouse.replicas }}
CLICKHOUSE_REPLICAS: {{ join "," . | quote }}
CLICKHOUSE_INSERT_QUORUM: {{ $.Values.clickhouse.insertQuorum | toString | quote }}
{{- end -}}
{{- end -}}

{{/* X_FILE of X, and X of X_FILE. */}}
{{- define "wabastream.otherForm" -}}
{{- hasSuffix "_FILE" . | ternary (trimSuffix "_FILE" .) (printf "%s_FILE" .) -}}
{{- end -}}

{{/*
What the chart sets, without what people set themselves: neither the same variable nor its other
form, for a value and a file of one name contradict each other. Dict: ours, given.
*/}}
{{- define "wabastream.unlessGiven" -}}
{{- $given := .given -}}
{{- $left := dict -}}
{{- range $name, $value := .ours -}}
{{- if not (hasKey $given (include "wabastream.otherForm" $name)) -}}
{{- $_ := set $left $name $value -}}
{{- end -}}
{{- end -}}
{{- merge (dict) $given $left | toYaml -}}
{{- end -}}

{{- define "wabastream.clickhouseMount" -}}
{{- if .Values.clickhouse.urlSecret.name }}
- name: clickhouse
  mountPath: /etc/wabastream/clickhouse
  readOnly: true
{{- end }}
{{- end -}}

{{/* Dict: root, secretName (of another user than the services'; may be empty). */}}
{{- define "wabastream.clickhouseVolume" -}}
{{- $secret := .root.Values.clickhouse.urlSecret }}
{{- if $secret.name }}
- name: clickhouse
  secret:
    secretName: {{ .secretName | default $secret.name }}
    defaultMode: 0440
    items:
      - key: {{ $secret.key }}
        path: url
{{- end }}
{{- end -}}

{{/* Kafka's user of a component: its own, or one named after it and the release. Dict: root, component, settings. */}}
{{- define "wabastream.kafkaUser" -}}
{{- $prefix := .root.Values.kafka.userPrefix | default (include "wabastream.fullname" .root) -}}
{{- .settings.kafkaUser | default (printf "%s-%s" $prefix .component) -}}
{{- end -}}

{{/* How a component proves to Kafka who it is, as a map. Dict: root, component, settings. */}}
{{- define "wabastream.kafkaVariables" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $variables := dict "KAFKA_BROKERS" (required "kafka.brokers is needed" $kafka.brokers) -}}
{{- if $kafka.tls.enabled -}}
{{- $_ := set $variables "KAFKA_SSL" "on" -}}
{{- end -}}
{{- if and $kafka.tls.enabled $kafka.tls.caSecretName -}}
{{- $_ := set $variables "KAFKA_SSL_CA_FILE" "/etc/wabastream/kafka-ca/ca.crt" -}}
{{- end -}}
{{- if $kafka.tls.clientCertificates -}}
{{- $_ := set $variables "KAFKA_SSL_CERT_FILE" "/etc/wabastream/kafka-client/tls.crt" -}}
{{- $_ := set $variables "KAFKA_SSL_KEY_FILE" "/etc/wabastream/kafka-client/tls.key" -}}
{{- end -}}
{{- with $kafka.sasl.mechanism -}}
{{- $_ := set $variables "KAFKA_SASL_MECHANISM" . -}}
{{- end -}}
{{- if include "wabastream.kafkaPassword" .root -}}
{{- $_ := set $variables "KAFKA_SASL_USERNAME" (include "wabastream.kafkaUser" .) -}}
{{- $_ := set $variables "KAFKA_SASL_PASSWORD_FILE" "/etc/wabastream/kafka-user/password" -}}
{{- end -}}
{{- if include "wabastream.kafkaToken" .root -}}
{{- $_ := set $variables "KAFKA_SASL_TOKEN_PATH" "/etc/wabastream/kafka-token/token" -}}
{{- end -}}
{{- with $kafka.sasl.tokenUrl -}}
{{- $_ := set $variables "KAFKA_SASL_TOKEN_URL" . -}}
{{- end -}}
{{- with $kafka.sasl.scope -}}
{{- $_ := set $variables "KAFKA_SASL_SCOPE" . -}}
{{- end -}}
{{- if eq $kafka.sasl.mechanism "aws-msk-iam" -}}
{{- $_ := set $variables "AWS_REGION" (required "kafka.sasl.awsRegion is needed with aws-msk-iam" $kafka.sasl.awsRegion) -}}
{{- end -}}
{{- toYaml $variables -}}
{{- end -}}

{{/* Not empty where a Secret holds a password, or the secret of an OAuth client. */}}
{{- define "wabastream.kafkaPassword" -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if or (has $sasl.mechanism (list "plain" "scram-sha-256" "scram-sha-512")) (and (eq $sasl.mechanism "oauthbearer") $sasl.tokenUrl) -}}
yes
{{- end -}}
{{- end -}}

{{/* Not empty where the pod's own token is shown. */}}
{{- define "wabastream.kafkaToken" -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if and (eq $sasl.mechanism "oauthbearer") (not $sasl.tokenUrl) -}}
yes
{{- end -}}
{{- end -}}

{{- define "wabastream.kafkaMounts" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if and $kafka.tls.enabled $kafka.tls.caSecretName }}
- name: kafka-ca
  mountPath: /etc/wabastream/kafka-ca
  readOnly: true
{{- end }}
{{- if $kafka.tls.clientCertificates }}
- name: kafka-client
  mountPath: /etc/wabastream/kafka-client
  readOnly: true
{{- end }}
{{- if include "wabastream.kafkaPassword" .root }}
- name: kafka-user
  mountPath: /etc/wabastream/kafka-user
  readOnly: true
{{- end }}
{{- if include "wabastream.kafkaToken" .root }}
- name: kafka-token
  mountPath: /etc/wabastream/kafka-token
  readOnly: true
{{- end }}
{{- end -}}

{{- define "wabastream.kafkaVolumes" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if and $kafka.tls.enabled $kafka.tls.caSecretName }}
- name: kafka-ca
  secret:
    secretName: {{ $kafka.tls.caSecretName }}
    defaultMode: 0440
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- if $kafka.tls.clientCertificates }}
- name: kafka-client
  secret:
    secretName: {{ include "wabastream.kafkaUser" . }}
    defaultMode: 0440
    items:
      - key: user.crt
        path: tls.crt
      - key: user.key
        path: tls.key
{{- end }}
{{- if include "wabastream.kafkaToken" .root }}
- name: kafka-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          audience: {{ required "kafka.sasl.tokenAudience or kafka.sasl.tokenUrl is needed with oauthbearer" $kafka.sasl.tokenAudience }}
          expirationSeconds: 3600
          path: token
{{- end }}
{{- if include "wabastream.kafkaPassword" .root }}
- name: kafka-user
  secret:
    secretName: {{ include "wabastream.kafkaUser" . }}
    defaultMode: 0440
    items:
      - key: password
        path: password
{{- end }}
{{- end -}}

{{/* A map of names and values as a list of variables. */}}
{{- define "wabastream.environmentOf" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* The pod of `watch`. What values of the version before say of the canary's pod goes on counting. */}}
{{- define "wabastream.watchSettings" -}}
{{- $former := pick .Values.canary "preStopSeconds" "shutdownTimeoutSeconds" "resources" "environment"
  "podLabels" "podAnnotations" "nodeSelector" "tolerations" "extraEnv" "extraVolumes" "extraVolumeMounts" -}}
{{- mergeOverwrite (deepCopy .Values.watch) (deepCopy $former) | toYaml -}}
{{- end -}}
