{{/*
The pod of a command that runs once. Needs a dict: root, component, args (a list), environment (a map).
*/}}
{{- define "wabastream.commandPod" -}}
{{- $root := .root -}}
{{- /* Every command has the user of the preparation. */ -}}
{{- $kafka := dict "root" $root "component" "prepare" "settings" $root.Values.prepare -}}
{{- $own := dict
  "SCHEMA_REGISTRY_URL" (required "registry.url is needed" $root.Values.registry.url)
  "GENERATION" (toString $root.Values.generation)
  "PARTITIONS" (toString $root.Values.partitions)
  "RETENTION_DAYS" (toString $root.Values.retentionDays)
  "MIN_INSYNC_REPLICAS" (toString $root.Values.minInsyncReplicas) -}}
{{- $environment := include "wabastream.unlessGiven" (dict
  "given" (merge (dict) .environment $root.Values.environment)
  "ours" (merge (dict) $own (include "wabastream.kafkaVariables" $kafka | fromYaml)
    (include "wabastream.clickhouseVariables" $root | fromYaml))) | fromYaml -}}
metadata:
  labels:
    {{- include "wabastream.selector" . | nindent 4 }}
spec:
  restartPolicy: Never
  # The chart's account is not there yet when a hook runs before an install.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "wabastream.podSecurityContext" $root | nindent 4 }}
  containers:
    - name: {{ .component }}
      image: {{ include "wabastream.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args:
        {{- toYaml .args | nindent 8 }}
      env:
        {{- include "wabastream.environmentOf" $environment | trim | nindent 8 }}
      resources:
        {{- toYaml $root.Values.prepare.resources | nindent 8 }}
      securityContext:
        {{- include "wabastream.securityContext" $root | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- with include "wabastream.kafkaMounts" $kafka | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include "wabastream.clickhouseMount" $root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- with include "wabastream.kafkaVolumes" $kafka | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "wabastream.clickhouseVolume" (dict "root" $root "secretName" $root.Values.clickhouse.migratorSecretName) | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}
