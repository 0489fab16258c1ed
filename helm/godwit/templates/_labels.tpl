{{/* Labels of an object. What the chart itself says wins over what a user adds. */}}

{{/* Never changes for a release: what the Deployment, the Service and the policies select. */}}
{{- define "godwit.selectorLabels" -}}
{{ include "godwit.releaseLabels" . }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "godwit.releaseLabels" -}}
app.kubernetes.io/name: {{ include "godwit.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Of everything but pods. */}}
{{- define "godwit.labels" -}}
{{- include "godwit.labelsWith" (dict "root" . "extra" dict) -}}
{{- end -}}

{{/* Takes root: the chart's context; extra: labels of this object; component: operator unless given. */}}
{{- define "godwit.labelsWith" -}}
{{- with .root -}}
{{- $own := include "godwit.podLabelsOf" $ | fromYaml -}}
{{- if not .Values.plainManifest -}}
{{- $chart := printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $_ := set $own "helm.sh/chart" $chart -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}
{{- end -}}

{{/* Of the operator's pods: nothing that changes with the chart alone, or each upgrade would replace them. */}}
{{- define "godwit.podLabels" -}}
{{- include "godwit.podLabelsOf" (dict "root" . "extra" .Values.podLabels) -}}
{{- end -}}

{{- define "godwit.podLabelsOf" -}}
{{- with .root -}}
{{- $own := include "godwit.releaseLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/component" (default "operator" $.component) -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "godwit" -}}
{{- merge $own $.extra .Values.commonLabels | toYaml -}}
{{- end -}}
{{- end -}}
