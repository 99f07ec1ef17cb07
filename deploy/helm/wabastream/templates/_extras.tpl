{{/*
Variables as the API has them, so that one may come from a Secret or from the pod itself: a component's,
then those for all of which it has none. Dict: root, settings.
*/}}
{{- define "wabastream.extraEnv" -}}
{{- $variables := .settings.extraEnv | default list -}}
{{- $names := dict -}}
{{- range $variables }}{{ $_ := set $names .name true }}{{ end -}}
{{- range .root.Values.extraEnv -}}
{{- if not (hasKey $names .name) }}{{ $variables = append $variables . }}{{ end -}}
{{- end -}}
{{- dict "variables" $variables | toYaml -}}
{{- end -}}

{{/* All variables of a container, each once: extraEnv wins. Dict: root, settings, environment (a map). */}}
{{- define "wabastream.env" -}}
{{- $extra := (include "wabastream.extraEnv" . | fromYaml).variables -}}
{{- $given := dict -}}
{{- range $extra }}{{ $_ := set $given .name "" }}{{ end -}}
{{- $left := dict -}}
{{- range $name, $value := .environment -}}
{{- if not (or (hasKey $given $name) (hasKey $given (include "wabastream.otherForm" $name))) -}}
{{- $_ := set $left $name $value -}}
{{- end -}}
{{- end -}}
{{- include "wabastream.environmentOf" $left -}}
{{- with $extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Authorities of one's own beside the public ones. Everything but Kafka goes by them. */}}
{{- define "wabastream.authorityVariables" -}}
{{- if or .Values.authorities.configMapName .Values.authorities.secretName -}}
NODE_EXTRA_CA_CERTS: /etc/wabastream/authorities/ca.crt
{{- end -}}
{{- end -}}

{{/* Dict: root, settings. */}}
{{- define "wabastream.extraMounts" -}}
{{- if or .root.Values.authorities.configMapName .root.Values.authorities.secretName }}
- name: authorities
  mountPath: /etc/wabastream/authorities
  readOnly: true
{{- end }}
{{- with concat .root.Values.extraVolumeMounts (.settings.extraVolumeMounts | default list) }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "wabastream.extraVolumes" -}}
{{- $authorities := .root.Values.authorities }}
{{- if and $authorities.configMapName $authorities.secretName }}
{{- fail "authorities come from a ConfigMap or from a Secret, not from both" }}
{{- end }}
{{- $items := list (dict "key" $authorities.key "path" "ca.crt") }}
{{- if $authorities.configMapName }}
- name: authorities
  configMap:
    name: {{ $authorities.configMapName }}
    items:
      {{- toYaml $items | nindent 6 }}
{{- else if $authorities.secretName }}
- name: authorities
  secret:
    secretName: {{ $authorities.secretName }}
    defaultMode: 0440
    items:
      {{- toYaml $items | nindent 6 }}
{{- end }}
{{- with concat .root.Values.extraVolumes (.settings.extraVolumes | default list) }}
{{ toYaml . }}
{{- end }}
{{- end -}}
