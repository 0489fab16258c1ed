# shellcheck shell=bash
# The running lab: one container for the cluster, one for the database.

readonly NODE=godwit-lab-node
readonly DB=godwit-lab-db
readonly LAB_KUBECONFIG=$LAB_CACHE/kubeconfig
readonly DB_URI_IN_CLUSTER='mongodb://mongodb.godwit-lab.svc:27017/?directConnection=true'

up() {
  prepare_images
  local started=$SECONDS
  start_database
  start_node
  wait_for_container "$DB" database_answers
  wait_for_container "$NODE" node_announced
  write_kubeconfig
  wait_until 60 "the node to be ready; see: lab logs kubelet" \
    kubectl wait --for=condition=Ready --timeout=5s node --all || die "the node is not ready"
  wait_until 60 "the default ServiceAccount" kubectl get serviceaccount default || die "the cluster did not start"
  furnish
  say "up in $((SECONDS - started)) s"
  status
  cat <<TEXT

Next:
  export KUBECONFIG=$LAB_KUBECONFIG
  $(tool kubectl) get pods --all-namespaces
  $LAB_HOME/lab load IMAGE     # gives an image of the Docker engine to the cluster
  $LAB_HOME/lab down
TEXT
}

kubectl() { "$(tool kubectl)" --kubeconfig "$LAB_KUBECONFIG" "$@"; }

# --- containers -----------------------------------------------------------------------------

# running CONTAINER [IMAGE]: whether it runs, and from that image.
running() {
  local found
  found=$(docker container inspect --format '{{.State.Running}} {{.Config.Image}}' "$1" 2>/dev/null) || return 1
  [[ $found == "true ${2:-${found#true }}" ]]
}

# start CONTAINER IMAGE DOCKER-OPTIONS... -- ARGUMENTS...: runs it, unless it runs already.
start() {
  local name=$1 image=$2 options=()
  shift 2
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  if ! running "$name" "$image"; then
    remove "$name"
    docker run --detach --name "$name" --hostname "$name" "${options[@]}" "$image" "$@" >/dev/null
  fi
}

# A stop, not a kill: the node gives its control groups back.
remove() {
  docker container inspect "$1" >/dev/null 2>&1 || return 0
  docker stop -t 5 "$1" >/dev/null
  docker rm --force --volumes "$1" >/dev/null
}

start_node() {
  start "$NODE" "$GODWIT_LAB_NODE_IMAGE" --privileged --cgroupns host \
    --volume /sys/fs/cgroup:/sys/fs/cgroup:rw --tmpfs /run --tmpfs /var/run \
    --publish 127.0.0.1:"${GODWIT_LAB_API_PORT:-}":6443 \
    -- server --disable=traefik --tls-san=localhost
}

# mongo's own name inside is the Service's, so that the replica set's member is found under one
# name by itself and by pods.
start_database() {
  local options=(--publish "127.0.0.1:${GODWIT_LAB_DB_PORT:-}:27017") arguments=()
  if [[ $(db_kind) == mongodb ]]; then
    options+=(--add-host mongodb.godwit-lab.svc:127.0.0.1)
    arguments=(--replSet rs0 --bind_ip_all)
  elif [[ -n ${GODWIT_LAB_DB_USER:-} ]]; then
    options+=(--env "MONGO_INITDB_ROOT_USERNAME=$GODWIT_LAB_DB_USER")
    options+=(--env "MONGO_INITDB_ROOT_PASSWORD=${GODWIT_LAB_DB_PASSWORD:-}")
  fi
  start "$DB" "$GODWIT_LAB_DB_IMAGE" "${options[@]}" -- "${arguments[@]}"
}

db_kind() { sed -n 's/^GODWIT_LAB_DB_KIND=//p' "$LAB_CACHE/lab.env"; }

database_answers() {
  if [[ $(db_kind) == ferretdb ]]; then
    said "$DB" 'godwit-lab database ready'
  else
    docker exec "$DB" mongosh --quiet --eval '
      try { rs.status() } catch (e) {
        rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongodb.godwit-lab.svc:27017"}]})
      }
      quit(db.hello().isWritablePrimary ? 0 : 1)'
  fi
}

node_announced() { said "$NODE" 'Node controller sync successful'; }

wait_for_container() {
  if ! wait_until 120 "$1" "$2"; then
    docker logs --tail 25 "$1" >&2
    die "$1 did not start; above is the end of its log. Start it anew: $LAB_HOME/lab down, then up."
  fi
}

# said CONTAINER LINE; a container that stopped will never say it.
said() {
  running "$1" || return 2
  docker logs "$1" 2>&1 | grep --quiet --fixed-strings "$2"
}

# --- what the cluster is given --------------------------------------------------------------

write_kubeconfig() {
  local new=$LAB_KUBECONFIG.new
  (umask 077 && docker exec "$NODE" cat /etc/rancher/k3s/k3s.yaml |
    sed "s#https://127.0.0.1:6443#https://$(address "$NODE" 6443)#" >"$new")
  mv "$new" "$LAB_KUBECONFIG"
}

# address CONTAINER PORT: where the host reaches it.
address() { docker port "$1" "$2" | head -n 1; }

# ip CONTAINER: where containers and pods reach it.
ip() { docker container inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"; }

furnish() {
  local node number volume
  node=$(kubectl get node --output 'jsonpath={.items[0].metadata.name}')
  for volume in $(kubectl get pv --output 'jsonpath={range .items[?(@.status.phase=="Released")]}{.metadata.name} {end}'); do
    [[ $volume == godwit-lab-* ]] || continue
    kubectl delete pv "$volume"
    docker exec "$NODE" rm -rf "/var/lib/godwit-lab/$volume"
  done >/dev/null
  {
    sed "s/DB_ADDRESS/$(ip "$DB")/" "$LAB_HOME/cluster/lab.yaml"
    for number in 1 2 3 4 5 6 7 8; do
      docker exec "$NODE" sh -c "mkdir -p /var/lib/godwit-lab/godwit-lab-$number && chmod 777 /var/lib/godwit-lab/godwit-lab-$number"
      sed "s/NUMBER/$number/g; s/NODE_NAME/$node/" "$LAB_HOME/cluster/volume.yaml"
    done
  } | kubectl apply --server-side --field-manager=godwit-lab --filename - >/dev/null
}

# --- commands -------------------------------------------------------------------------------

status() {
  if ! engine_answers; then
    say "no Docker engine answers; nothing runs"
    return
  fi
  say "engine      Docker $(docker version --format '{{.Server.Version}}')"
  if running "$NODE"; then
    say "cluster     $(kubectl version 2>/dev/null | sed -n 's/^Server Version: //p' || true), https://$(address "$NODE" 6443), $(ip "$NODE")"
    say "            kubeconfig $LAB_KUBECONFIG"
    say "            StorageClass godwit-lab, $(kubectl get pv --no-headers 2>/dev/null | grep -c ' Available ' || true) volumes free"
  else
    say "cluster     not running"
  fi
  if running "$DB"; then
    say "database    $(docker container inspect --format '{{.Config.Image}}' "$DB")"
    say "            from the host  mongodb://$(address "$DB" 27017)/?directConnection=true"
    say "            from a pod     $DB_URI_IN_CLUSTER"
  else
    say "database    not running"
  fi
}

kubeconfig() {
  [[ -f $LAB_KUBECONFIG ]] || die "there is no cluster; start it: $LAB_HOME/lab up"
  echo "$LAB_KUBECONFIG"
}

load() {
  (($#)) || die "which image? usage: lab load IMAGE..."
  running "$NODE" || die "there is no cluster; start it: $LAB_HOME/lab up"
  local image
  for image; do
    image_exists "$image" || die "the Docker engine has no image $image; build or pull it first."
  done
  docker save "$@" | docker exec --interactive "$NODE" ctr --namespace k8s.io images import - >/dev/null
  say "loaded $*; use it with imagePullPolicy: Never or IfNotPresent"
}

logs() {
  case ${1:-node} in
    node) docker logs "$NODE" ;;
    database | db) docker logs "$DB" ;;
    dockerd) cat "$LAB_LOGS/dockerd.log" ;;
    *)
      docker exec "$NODE" cat "/var/log/godwit-lab/$1.log" 2>/dev/null ||
        die "there is no log of $1; \"lab -h\" lists them, and rancher/k3s has only: lab logs node"
      ;;
  esac
}

down() {
  case ${1:-} in
    '')
      ! engine_answers || remove_containers
      say "down; images and tools stay in $LAB_CACHE"
      ;;
    --all) clean '' ;;
    *) die "down takes --all or nothing, not $1" ;;
  esac
}

remove_containers() {
  remove "$NODE"
  remove "$DB"
  rm -f "$LAB_KUBECONFIG"
}

clean() {
  local images
  [[ -z ${1:-} || $1 == --cache ]] || die "clean takes --cache or nothing, not $1"
  if engine_answers; then
    remove_containers
    mapfile -t images < <(docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=godwit-lab/*')
    ((${#images[@]} == 0)) || docker image rm --force "${images[@]}" >/dev/null
    rm -f "$LAB_CACHE/lab.env"
    say "removed the containers and ${#images[@]} images; what was built stays in $LAB_CACHE/built"
  fi
  stop_engine
  if [[ ${1:-} == --cache ]]; then
    find "$LAB_CACHE" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
    say "the cache $LAB_CACHE is empty"
  fi
}
