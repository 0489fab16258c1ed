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
  step "operator is ready" kubectl -n godwit-system rollout status deployment/godwit-operator --timeout=180s
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
  kubectl -n shop get mongomigrations --watch &
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
        Succeeded | RolledBack | Failed | RollbackFailed) fail "$migration is $found, not $wanted" ;;
      esac
    done
    ((reached < $#)) || break
    ((SECONDS < deadline)) || fail "$migration is ${found:-new} after $TIMEOUT s, not $wanted"
    sleep 0.5
  done
  sleep 1 # lets the watch show the last line
}

evidence() {
  local job
  kubectl -n shop describe mongomigrations || true
  for job in $(kubectl -n shop get jobs --output name); do
    printf '\n-- log of %s\n' "$job"
    kubectl -n shop logs --tail 30 "$job" || true
  done
  kubectl -n shop get events --sort-by .lastTimestamp | tail -n 40 || true
  printf '\n-- log of the operator\n'
  kubectl -n godwit-system logs --tail 80 deployment/godwit-operator || true
}
