{{/* Where the file of destinations is, for the forwarder and the command line, as a map. */}}
{{- define "wabastream.destinationsVariables" -}}
{{- if .Values.forwarder.enabled -}}
DESTINATIONS_FILE: /etc/wabastream/destinations/destinations.yaml
{{- end -}}
{{- end -}}

{{- define "wabastream.destinationsMounts" -}}
{{- if .Values.forwarder.enabled }}
- name: destinations
  mountPath: /etc/wabastream/destinations
  readOnly: true
{{- if .Values.forwarder.destinations.secretName }}
- name: destination-secrets
  mountPath: /etc/wabastream/destination-secrets
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{- define "wabastream.destinationsVolumes" -}}
{{- if .Values.forwarder.enabled }}
- name: destinations
  configMap:
    name: {{ .Values.forwarder.destinations.configMapName | default (printf "%s-destinations" (include "wabastream.fullname" .)) }}
{{- with .Values.forwarder.destinations.secretName }}
- name: destination-secrets
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- end -}}

{{/* The addresses of the listed destinations, without paths, which may hold commas. */}}
{{- define "wabastream.destinationAddresses" -}}
{{- $addresses := list -}}
{{- range .Values.forwarder.destinations.list -}}
{{- $addresses = append $addresses (regexFind "^[a-z]+://[^/?#]*" .url) -}}
{{- end -}}
{{- join "," $addresses -}}
{{- end -}}

{{/*
How long the oldest webhook waits that more forwarders would help, as one number: without destinations
that are away, paused, halted at a gap, or read by one process to keep an order. No figures give no
number.
*/}}
{{- define "wabastream.forwarderLagQuery" -}}
{{- $where := printf "namespace=%q" .Release.Namespace -}}
{{- $ordered := list -}}
{{- range .Values.forwarder.destinations.list -}}
{{- if eq (.order | default "none") "per_number" }}{{ $ordered = append $ordered .name }}{{ end -}}
{{- end -}}
{{- $all := printf "wa_forwarder_lag_seconds{%s}" $where -}}
{{- $lag := empty $ordered | ternary $all (printf "wa_forwarder_lag_seconds{%s,destination!~%q}" $where (join "|" $ordered)) -}}
{{- $paused := printf "wa_forwarder_destination_paused{%s} > 0" $where -}}
{{- /* A process that has nothing to send to it does not learn that it is back. */ -}}
{{- $away := printf "(wa_forwarder_destination_away{%s} > 0 and wa_forwarder_pending_records{%s} > 0)" $where $where -}}
{{- $halted := printf "label_replace(wa_kafka_partition_halted{%s,group=~\"forwarder[.].*\"}, \"destination\", \"$1\", \"group\", \"forwarder[.](.*)\") > 0" $where -}}
max({{ $lag }} unless on (destination) {{ $paused }} unless on (destination) {{ $away }} unless on (destination) {{ $halted }}) or 0 * max({{ $all }})
{{- end -}}
