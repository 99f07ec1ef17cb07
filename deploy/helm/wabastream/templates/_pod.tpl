{{/*
The pod of a component. Needs a dict: root, component, service (argument of the image), settings
(that part of the values), environment (a map), mounts (rendered), volumes (rendered), ports
(rendered), annotations (a map), asksApiServer (whether it has the token of its account).
*/}}
{{- define "wabastream.pod" -}}
{{- $root := .root -}}
{{- $settings := .settings -}}
{{- $common := dict
  "NODE_OPTIONS" $root.Values.nodeOptions
  "LOG_LEVEL" $root.Values.logLevel
  "ADMIN_PORT" "9400"
  "SHUTDOWN_TIMEOUT_MS" (mul $settings.shutdownTimeoutSeconds 1000 | toString) -}}
{{- if not .withoutGeneration }}{{ $_ := set $common "GENERATION" (toString $root.Values.generation) }}{{ end -}}
{{- /* The first wins: a name that stood there twice would be dropped by one reader or another. */ -}}
{{- $environment := include "wabastream.unlessGiven" (dict
  "given" (merge (dict) $settings.environment $root.Values.environment)
  "ours" (merge (dict) .environment $common (include "wabastream.authorityVariables" $root | fromYaml)
    (.withoutKafka | ternary (dict) (include "wabastream.kafkaVariables" . | fromYaml)))) | fromYaml -}}
metadata:
  labels:
    {{- include "wabastream.selector" . | nindent 4 }}
    app.kubernetes.io/version: {{ include "wabastream.version" $root | quote }}
    {{- with $settings.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: {{ .component }}
    {{- with .annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $settings.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "wabastream.accountOf" . }}
  automountServiceAccountToken: {{ .asksApiServer | default false }}
  enableServiceLinks: false
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ include "wabastream.gracePeriod" $settings }}
  securityContext:
    {{- include "wabastream.podSecurityContext" $root | nindent 4 }}
  topologySpreadConstraints:
    {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: {{ $root.Values.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "wabastream.selector" $ | nindent 10 }}
    {{- end }}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                {{- include "wabastream.selector" . | nindent 16 }}
  {{- with $settings.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $settings.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "wabastream.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [{{ .service }}]
      env:
        {{- include "wabastream.env" (dict "root" $root "settings" $settings "environment" $environment) | trim | nindent 8 }}
      ports:
        - name: admin
          containerPort: 9400
          protocol: TCP
        {{- with .ports }}
        {{- . | nindent 8 }}
        {{- end }}
      startupProbe:
        httpGet:
          path: /livez
          port: admin
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet:
          path: /livez
          port: admin
        periodSeconds: 10
        timeoutSeconds: 3
        failureThreshold: 3
      readinessProbe:
        httpGet:
          path: /readyz
          port: admin
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      {{- with $settings.preStopSeconds }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ . }}
      {{- end }}
      resources:
        {{- toYaml $settings.resources | nindent 8 }}
      securityContext:
        {{- include "wabastream.securityContext" $root | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- with .withoutKafka | ternary "" (include "wabastream.kafkaMounts" . | trim) }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with .mounts }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include "wabastream.extraMounts" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- with .withoutKafka | ternary "" (include "wabastream.kafkaVolumes" . | trim) }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with .volumes }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "wabastream.extraVolumes" . | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}
