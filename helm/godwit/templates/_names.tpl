{{/* What things are called. */}}

{{- define "godwit.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Room is left for the longest ending, -leader-election, below 63. A Service's name has no dots and
     begins with a letter, which a release's name need not: team.a is team-a-godwit, 42 is godwit-42. */}}
{{- define "godwit.fullname" -}}
{{- $name := include "godwit.name" . -}}
{{- $release := replace "." "-" .Release.Name -}}
{{- $full := printf "%s-%s" $release $name -}}
{{- if .Values.fullnameOverride -}}
{{- $full = .Values.fullnameOverride -}}
{{- else if regexMatch "^[^a-z]" $release -}}
{{- $full = printf "%s-%s" $name $release -}}
{{- else if contains $name $release -}}
{{- $full = $release -}}
{{- end -}}
{{- $full | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "godwit.operator" -}}
{{- include "godwit.fullname" . }}-operator
{{- end -}}

{{- define "godwit.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "godwit.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "godwit.operator" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* registry/repository:tag, or @digest, which wins. */}}
{{- define "godwit.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ trimSuffix "/" . }}/{{ end }}{{ .repository -}}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end -}}
{{- end -}}
{{- end -}}
