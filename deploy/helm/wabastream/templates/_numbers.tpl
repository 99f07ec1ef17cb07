{{/*
The numbers that a component works with, as a map: configMap (its name), list, secretName, secrets (of Kubernetes,
that hold keys, as namespace/name). Values of earlier versions are the component's own, and win: a list with what
belongs to it, or a Secret alone for the list of all. Empty where there are none. Dict: root, component.
*/}}
{{- define "wabastream.numbersOf" -}}
{{- $values := .root.Values -}}
{{- $fullname := include "wabastream.fullname" .root -}}
{{- $numbers := dict "list" $values.numbers.list "secretName" $values.numbers.secretName
  "configMap" ($values.numbers.configMapName | default (empty $values.numbers.list | ternary "" (printf "%s-numbers" $fullname))) -}}
{{- $own := dict -}}
{{- if eq .component "read-receipts" }}{{ $own = $values.readReceipts.numbers }}{{ end -}}
{{- if eq .component "watch" }}{{ $own = $values.watch.numbers }}{{ end -}}
{{- if or $own.list $own.configMapName -}}
{{- $numbers = dict "list" ($own.list | default list) "secretName" ($own.secretName | default "")
  "configMap" ($own.configMapName | default (printf "%s-%s-numbers" $fullname .component)) -}}
{{- else if $own.secretName -}}
{{- $_ := set $numbers "secretName" $own.secretName -}}
{{- end -}}
{{- if $numbers.configMap -}}
{{- $secrets := list -}}
{{- range $values.numbers.kubernetesSecrets -}}
{{- $secrets = append $secrets (printf "%s/%s" $.root.Release.Namespace .) -}}
{{- end -}}
{{- range $numbers.list -}}
{{- with .credential.kubernetesSecret -}}
{{- $secrets = append $secrets (printf "%s/%s" (.namespace | default $.root.Release.Namespace) .name) -}}
{{- end -}}
{{- end -}}
{{- merge (dict "secrets" (uniq $secrets)) $numbers | toYaml -}}
{{- end -}}
{{- end -}}

{{/* Dict: root, component. */}}
{{- define "wabastream.numbersVariables" -}}
{{- if (include "wabastream.numbersOf" . | fromYaml).configMap -}}
NUMBERS_FILE: /etc/wabastream/numbers/numbers.yaml
{{- end -}}
{{- end -}}

{{/* Dict: root, component. */}}
{{- define "wabastream.numbersMounts" -}}
{{- with include "wabastream.numbersOf" . | fromYaml }}
- name: numbers
  mountPath: /etc/wabastream/numbers
  readOnly: true
{{- if .secretName }}
- name: number-secrets
  mountPath: /etc/wabastream/number-secrets
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{/* Dict: root, component. */}}
{{- define "wabastream.numbersVolumes" -}}
{{- with include "wabastream.numbersOf" . | fromYaml }}
- name: numbers
  configMap:
    name: {{ .configMap }}
{{- with .secretName }}
- name: number-secrets
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- end -}}

{{/* The addresses that the numbers name, without paths: providers, and where webhooks should go. Dict: root, component. */}}
{{- define "wabastream.numbersAddresses" -}}
{{- $addresses := list -}}
{{- range (include "wabastream.numbersOf" . | fromYaml).list -}}
{{- range compact (list .api .webhook.url (.partner | default dict).api) -}}
{{- $addresses = append $addresses (regexFind "^[a-z]+://[^/?#]*" .) -}}
{{- end -}}
{{- end -}}
{{- join "," $addresses -}}
{{- end -}}

{{/* Not empty where a component asks the API server for keys. Dict: root, component. */}}
{{- define "wabastream.asksApiServer" -}}
{{- if (include "wabastream.numbersOf" . | fromYaml).secrets }}true{{ end -}}
{{- end -}}

{{/*
The account of a component's pod: the one that is named for it, the chart's own for it where it asks the API server,
else that of all pods. Dict: root, component.
*/}}
{{- define "wabastream.accountOf" -}}
{{- $root := .root -}}
{{- $settings := index (dict "watch" $root.Values.watch "read-receipts" $root.Values.readReceipts "toolbox" $root.Values.toolbox) .component | default dict -}}
{{- if $settings.serviceAccountName -}}
{{- $settings.serviceAccountName -}}
{{- else if and (has .component (list "watch" "read-receipts" "toolbox")) (include "wabastream.asksApiServer" .) -}}
{{- $isTokenShown := or (include "wabastream.kafkaToken" $root) (eq $root.Values.kafka.sasl.mechanism "aws-msk-iam") -}}
{{- if and $isTokenShown (ne .component "watch") -}}
{{- $key := eq .component "toolbox" | ternary "toolbox" "readReceipts" -}}
{{- fail (printf "Kafka knows pods by their account, and %s needs one of its own to reach the Secrets of numbers: make one that Kafka knows, and name it in %s.serviceAccountName" .component $key) -}}
{{- end -}}
{{- printf "%s-%s" (include "wabastream.fullname" $root) .component -}}
{{- else -}}
{{- $root.Values.serviceAccount.name | default (include "wabastream.fullname" $root) -}}
{{- end -}}
{{- end -}}
