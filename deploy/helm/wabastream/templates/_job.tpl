{{/*
A command that runs once. Needs a dict: root, component, args (a list), environment (a map), hook,
timeoutSeconds.
*/}}
{{- define "wabastream.job" -}}
{{- $root := .root -}}
{{- /* Every command has the user of the preparation. */ -}}
{{- $kafka := dict "root" $root "component" "prepare" "settings" $root.Values.prepare -}}
{{- $own := dict
  "SCHEMA_REGISTRY_URL" (required "registry.url is needed" $root.Values.registry.url)
  "GENERATION" (toString $root.Values.generation)
  "PARTITIONS" (toString $root.Values.partitions)
  "RETENTION_DAYS" (toString $root.Values.retentionDays)
  "MIN_INSYNC_REPLICAS" (toString $root.Values.minInsyncReplicas) -}}
{{- $environment := merge (dict) .environment $root.Values.environment $own
  (include "wabastream.kafkaVariables" $kafka | fromYaml) -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "wabastream.fullname" $root }}-{{ .component }}
  labels:
    {{- include "wabastream.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
  annotations:
    helm.sh/hook: {{ .hook }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 2
  activeDeadlineSeconds: {{ add .timeoutSeconds 60 }}
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels:
        {{- include "wabastream.selector" . | nindent 8 }}
    spec:
      restartPolicy: Never
      # The chart's account is not there yet when a hook runs before an install.
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with $root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "wabastream.podSecurityContext" $root | nindent 8 }}
      containers:
        - name: {{ .component }}
          image: {{ include "wabastream.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args:
            {{- toYaml .args | nindent 12 }}
          env:
            {{- include "wabastream.environmentOf" $environment | trim | nindent 12 }}
            {{- include "wabastream.clickhouseEnvironment" $root | trim | nindent 12 }}
          resources:
            {{- toYaml $root.Values.prepare.resources | nindent 12 }}
          securityContext:
            {{- include "wabastream.securityContext" $root | nindent 12 }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            {{- with include "wabastream.kafkaMounts" $kafka | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with include "wabastream.clickhouseMount" $root | trim }}
            {{- . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
        {{- with include "wabastream.kafkaVolumes" $kafka | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include "wabastream.clickhouseVolume" (dict "root" $root "secretName" $root.Values.clickhouse.migratorSecretName) | trim }}
        {{- . | nindent 8 }}
        {{- end }}
{{- end -}}
