{{/* The ports that addresses name, as a list: host:port or URLs, separated by commas. */}}
{{- define "wabastream.portsOf" -}}
{{- $ports := list -}}
{{- range splitList "," (toString .) -}}
{{- $address := trim . -}}
{{- $authority := regexReplaceAll "[/?#].*$" (regexReplaceAll "^[a-z]+://" $address "") "" -}}
{{- $port := regexFind ":[0-9]+$" $authority | trimPrefix ":" -}}
{{- if $port }}{{ $ports = append $ports (int $port) -}}
{{- else if hasPrefix "https://" $address }}{{ $ports = append $ports 443 -}}
{{- else if hasPrefix "http://" $address }}{{ $ports = append $ports 80 }}{{ end -}}
{{- end -}}
{{- dict "ports" $ports | toYaml -}}
{{- end -}}

{{/*
The ports at which a component reaches something: those of the values, and those that its addresses name.
Dict: root, settings, target, component.
*/}}
{{- define "wabastream.egressPorts" -}}
{{- $values := .root.Values -}}
{{- $variable := get (dict "kafka" "KAFKA_BROKERS" "registry" "SCHEMA_REGISTRY_URL" "clickhouse" "CLICKHOUSE_URL"
  "collector" "OTEL_EXPORTER_OTLP_ENDPOINT" "outside" "CANARY_URL"
  "tokens" "KAFKA_SASL_TOKEN_URL" "destinations" "addresses of destinations") .target -}}
{{- $ours := dict "KAFKA_BROKERS" $values.kafka.brokers "SCHEMA_REGISTRY_URL" $values.registry.url
  "CLICKHOUSE_URL" $values.clickhouse.url "CLICKHOUSE_REPLICAS" (join "," $values.clickhouse.replicas) "CANARY_URL" $values.canary.url
  "KAFKA_SASL_MECHANISM" $values.kafka.sasl.mechanism "KAFKA_SASL_TOKEN_URL" $values.kafka.sasl.tokenUrl
  "addresses of destinations" (include "wabastream.destinationAddresses" .root) -}}
{{- $extra := dict -}}
{{- range (include "wabastream.extraEnv" . | fromYaml).variables }}{{ $_ := set $extra .name (.value | default "") }}{{ end -}}
{{- $environment := merge (dict) $extra (.settings.environment | default dict) $values.environment $ours -}}
{{- $named := (include "wabastream.portsOf" (get $environment $variable) | fromYaml).ports -}}
{{- if eq .target "clickhouse" -}}
{{- $named = concat $named (include "wabastream.portsOf" (get $environment "CLICKHOUSE_REPLICAS") | fromYaml).ports -}}
{{- end -}}
{{- /* Where providers are, and where their webhooks should arrive. */ -}}
{{- if or (and (eq .target "outside") (has .component (list "watch" "toolbox"))) (and (eq .target "destinations") (eq .component "read-receipts")) -}}
{{- $named = concat $named (include "wabastream.portsOf" (include "wabastream.numbersAddresses" .) | fromYaml).ports -}}
{{- end -}}
{{- $listed := (index $values.networkPolicy.egress .target).ports -}}
{{- /* Where passwords do, none is to be fetched. */ -}}
{{- if and (eq .target "tokens") (not $named) (ne (get $environment "KAFKA_SASL_MECHANISM") "aws-msk-iam") -}}
{{- $listed = list -}}
{{- end -}}
{{- $ports := list -}}
{{- range concat $listed $named }}{{ $ports = append $ports (int .) }}{{ end -}}
{{- dict "ports" (uniq $ports) | toYaml -}}
{{- end -}}
