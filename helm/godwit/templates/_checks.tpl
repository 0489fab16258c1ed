{{/* Combinations that the schema cannot refuse. */}}
{{- define "godwit.checks" -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled: choose one, or every series is there twice" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.service.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled needs metrics.service.enabled; metrics.podMonitor.enabled does not" -}}
{{- end -}}
{{- with .Values.networkPolicy.runner.namespaces -}}
{{- if $.Values.watchNamespaces -}}
{{- range . -}}
{{- if not (has . $.Values.watchNamespaces) -}}
{{- fail (printf "networkPolicy.runner.namespaces: %s is not one of watchNamespaces, so no Job runs there" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
