{{- define "wabastream.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels of everything. */}}
{{- define "wabastream.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
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

{{- define "wabastream.clickhouseEnvironment" -}}
{{- if .Values.clickhouse.urlSecret.name }}
- name: CLICKHOUSE_URL_FILE
  value: /etc/wabastream/clickhouse/url
{{- else }}
- name: CLICKHOUSE_URL
  value: {{ required "clickhouse.url or clickhouse.urlSecret.name is needed" .Values.clickhouse.url | quote }}
{{- end }}
{{- end -}}

{{- define "wabastream.clickhouseMount" -}}
{{- if .Values.clickhouse.urlSecret.name }}
- name: clickhouse
  mountPath: /etc/wabastream/clickhouse
  readOnly: true
{{- end }}
{{- end -}}

{{- define "wabastream.clickhouseVolume" -}}
{{- with .Values.clickhouse.urlSecret }}
{{- if .name }}
- name: clickhouse
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items:
      - key: {{ .key }}
        path: url
{{- end }}
{{- end }}
{{- end -}}

{{/* A map of names and values as a list of variables. */}}
{{- define "wabastream.environmentOf" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}
