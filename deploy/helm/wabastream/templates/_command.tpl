{{/* Without the preparation, its Kafka user's Secret may not be there, and the pod would never start. */}}
{{- define "wabastream.hasToolbox" -}}
{{- $asked := .Values.toolbox.enabled -}}
{{- if kindIs "bool" $asked | ternary $asked .Values.prepare.enabled }}true{{ end -}}
{{- end -}}

{{/*
The pod of the command line. Needs a dict: root, component, environment (a map), and either args (a
list) of a command that runs once, or idle: true where people run theirs in it; mounts (rendered) and
volumes (rendered) beside those of all commands; asksApiServer, as the pod of a service.
*/}}
{{- define "wabastream.commandPod" -}}
{{- $root := .root -}}
{{- /* Every command has the user of the preparation. */ -}}
{{- $settings := $root.Values.prepare -}}
{{- $kafka := dict "root" $root "component" "prepare" "settings" $settings -}}
{{- $zones := list -}}
{{- range $number, $zone := $root.Values.numberTimeZones }}{{ $zones = append $zones (printf "%s=%s" $number $zone) }}{{ end -}}
{{- /* The check changes nothing, so it has no settings of what is kept and shown. */ -}}
{{- $changes := dict -}}
{{- if ne .component "doctor" -}}
{{- $_ := set $changes "CONTENT_RETENTION_DAYS" (toString $root.Values.contentRetentionDays) -}}
{{- if $zones }}{{ $_ := set $changes "NUMBER_TIME_ZONES" (join "," $zones) }}{{ end -}}
{{- end -}}
{{- $own := dict
  "SCHEMA_REGISTRY_URL" (required "registry.url is needed" $root.Values.registry.url)
  "GENERATION" (toString $root.Values.generation)
  "PARTITIONS" (toString $root.Values.partitions)
  "RETENTION_DAYS" (toString $root.Values.retentionDays)
  "MIN_INSYNC_REPLICAS" (toString $root.Values.minInsyncReplicas) -}}
{{- $environment := include "wabastream.unlessGiven" (dict
  "given" (merge (dict) .environment $root.Values.environment)
  "ours" (merge (dict) $own $changes (include "wabastream.authorityVariables" $root | fromYaml) (include "wabastream.kafkaVariables" $kafka | fromYaml)
    (include "wabastream.clickhouseVariables" $root | fromYaml))) | fromYaml -}}
metadata:
  labels:
    {{- include "wabastream.selector" . | nindent 4 }}
spec:
  restartPolicy: {{ .idle | default false | ternary "Always" "Never" }}
  {{- if .idle }}
  # As process 1 it ignores signals.
  terminationGracePeriodSeconds: 1
  {{- end }}
  {{- /* The chart's own is not there yet when a hook runs before an install. */}}
  {{- with eq .component "prepare" | ternary $root.Values.serviceAccount.name (include "wabastream.accountOf" .) }}
  serviceAccountName: {{ . }}
  {{- end }}
  automountServiceAccountToken: {{ .asksApiServer | default false }}
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
      {{- if .idle }}
      command: [sleep, infinity]
      {{- else }}
      args:
        {{- toYaml .args | nindent 8 }}
      {{- end }}
      env:
        {{- include "wabastream.env" (dict "root" $root "settings" $settings "environment" $environment) | trim | nindent 8 }}
      resources:
        {{- toYaml (.idle | default false | ternary $root.Values.toolbox.resources $settings.resources) | nindent 8 }}
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
        {{- with .mounts }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include "wabastream.extraMounts" $kafka | trim }}
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
    {{- with .volumes }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "wabastream.extraVolumes" $kafka | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}
