{{/* What the operator watches, and what it may do there. */}}

{{/* Rules for each watched namespace, or for the cluster. None on Secrets: the operator never holds
     the credentials of a database. */}}
{{- define "godwit.rules" -}}
# patch: the finalizer
- apiGroups: [godwit.dev]
  resources: [mongomigrations, mongorestores]
  verbs: [get, list, watch, patch]
# delete: what a schedule does not keep, and what is past its ttl
- apiGroups: [godwit.dev]
  resources: [mongobackups]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [godwit.dev]
  resources: [mongobackupschedules]
  verbs: [get, list, watch]
- apiGroups: [godwit.dev]
  resources:
    - mongomigrations/status
    - mongobackups/status
    - mongorestores/status
    - mongobackupschedules/status
  verbs: [patch]
# patch: the time to live of an ended Job
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
# manifests go in
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
# results come out
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
# progress comes out
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# list: what keeps a pod from starting
- apiGroups: [""]
  resources: [events]
  verbs: [create, list]
{{- if .Values.quiesce.enabled }}
# patch: the number of replicas, and beside it how many there were
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: [get, patch]
{{- end }}
{{- end -}}

{{- define "godwit.subject" -}}
- kind: ServiceAccount
  name: {{ include "godwit.serviceAccount" . | quote }}
  namespace: {{ include "godwit.namespace" . | quote }}
{{- end -}}

{{/* Namespaces with a policy for the Jobs, as a JSON list. */}}
{{- define "godwit.runnerPolicyNamespaces" -}}
{{- default .Values.watchNamespaces .Values.networkPolicy.runner.namespaces | toJson -}}
{{- end -}}

{{/* What a MongoMigration or MongoBackup means where it says nothing: the operator's defaults file.
     Empty parts are left out. */}}
{{- define "godwit.defaults" -}}
{{- $defaults := dict -}}
{{- with .Values.defaults.backup.storage -}}
{{- $_ := set $defaults "backup" (dict "storage" .) -}}
{{- end -}}
{{- with .Values.defaults.batches -}}
{{- $_ := set $defaults "batches" . -}}
{{- end -}}
{{- $job := deepCopy .Values.defaults.job -}}
{{- if and .Values.image.pullSecrets (not (hasKey $job "imagePullSecrets")) -}}
{{- $_ := set $job "imagePullSecrets" .Values.image.pullSecrets -}}
{{- end -}}
{{- with $job -}}
{{- $_ := set $defaults "job" . -}}
{{- end -}}
{{- toYaml $defaults -}}
{{- end -}}
