# shellcheck shell=bash
# What is done to the cluster, and what is read from it.

WATCH=

kubectl() { "$GODWIT_LAB_KUBECTL" "$@"; }

in_cluster() {
  kubectl get nodes --output 'jsonpath={.items[*].status.images[*].names[*]}' | tr ' ' '\n' | grep -qxE "(docker.io/)?$1"
}

# As a user does it: name and tag are changed in deploy/kustomization.yaml.
install_godwit() {
  local kustomization=$TOOLS/install
  mkdir -p "$kustomization"
  cp deploy/install.yaml "$kustomization/"
  sed "s#newName: .*#newName: ${IMAGE%:*}#; s#newTag: .*#newTag: ${IMAGE##*:}#" deploy/kustomization.yaml >"$kustomization/kustomization.yaml"
  kubectl kustomize "$kustomization" >"$kustomization.yaml"
  step "install" kubectl apply --server-side --force-conflicts -f "$kustomization.yaml"
  step "operator is ready" operator_ready
}

operator_ready() {
  if ! kubectl -n godwit-system rollout status deployment/godwit-operator --timeout=180s; then
    kubectl -n godwit-system describe pods
    operator_log
    return 1
  fi
}

# Before the data are made anew: nothing may run on them. The operator must be there, it lets go of
# what is deleted.
remove_earlier_try() {
  if kubectl get namespace shop >/dev/null 2>&1; then
    step "remove what an earlier try left" kubectl -n shop delete mongomigrations,mongobackups,persistentvolumeclaims --all --timeout=120s
  fi
}

secret() {
  step "Secret $1" kubectl apply --server-side -f - <<YAML
apiVersion: v1
kind: Secret
metadata: {name: $1, namespace: shop}
stringData:
  uri: mongodb://mongodb.godwit-lab.svc:27017/?directConnection=true
YAML
}

apply() {
  local path
  for path; do say "kubectl apply -f $path"; done
  # shellcheck disable=SC2046
  kubectl apply --server-side $(printf -- '-f %s ' "$@")
}

watch_migrations() {
  say "kubectl get mongomigrations --watch"
  "$GODWIT_LAB_KUBECTL" -n shop get mongomigrations --watch & # not the function: its process could not be stopped
  WATCH=$!
}

stop_watching() {
  if [[ -n $WATCH ]]; then
    kill "$WATCH" 2>/dev/null || true
    wait "$WATCH" 2>/dev/null || true
    WATCH=
  fi
}

# until_all PHASE MIGRATION...: waits until each is in that phase; fails at once when one is in another
# that it does not leave by itself.
until_all() {
  local wanted=$1 migration found reached deadline=$((SECONDS + TIMEOUT))
  shift
  while true; do
    reached=0
    for migration; do
      found=$(kubectl -n shop get mongomigration "$migration" --output 'jsonpath={.status.phase}')
      case $found in
        "$wanted") reached=$((reached + 1)) ;;
        Succeeded | RolledBack | Failed | RollbackFailed) unexpected "$migration" "$migration is $found, not $wanted" ;;
      esac
    done
    ((reached < $#)) || break
    ((SECONDS < deadline)) || unexpected "$migration" "not every migration is $wanted after $TIMEOUT s; $migration is ${found:-new}"
    sleep 0.5
  done
  sleep 1 # lets the watch show the last line
}

# unexpected MIGRATION MESSAGE: fails with all that helps to find out why.
unexpected() {
  local job
  stop_watching
  {
    printf '\n-- kubectl describe mongomigration %s\n' "$1"
    kubectl -n shop describe mongomigration "$1" || true
    for job in $(kubectl -n shop get jobs --output name | grep "/$1-"); do
      printf '\n-- log of %s\n' "$job"
      kubectl -n shop logs --tail 30 "$job" || true
    done
    operator_log
  } >&2
  fail "$2"
}

operator_log() {
  printf '\n-- log of the operator\n'
  kubectl -n godwit-system logs --tail 60 deployment/godwit-operator || true
}
