# shellcheck shell=bash
# The images and tools of the lab: pulled where that works, else built from package registries.

readonly PULLED_NODE=rancher/k3s:v1.34.4-k3s1
readonly PULLED_DB=mongo:8.0
readonly PULLED_BASE=eclipse-temurin:25-jre
readonly PULLED_MINIO=minio/minio:RELEASE.2025-09-07T16-13-09Z

readonly FERRETDB=v2.7.0
readonly MINIO=v0.0.0-20260212201848-7aac2a2c5b7c
readonly MONGO_TOOLS=v0.0.0-20240723193119-837c2bc263f4

# The Kubernetes that helm thinks of where no cluster tells it.
readonly HELM_KUBERNETES_MINOR=34

# The compiler need not write the debug information that the linker's -s throws away.
readonly GO_FLAGS=(-trimpath -buildvcs=false -gcflags=all=-dwarf=false -tags=grpcnotrace)

# prepare_images: every image and tool is there afterwards, and lab.env names them.
prepare_images() {
  ensure_engine
  if can_pull; then pull_images; else build_images; fi
  write_env
}

# --- pulling --------------------------------------------------------------------------------

can_pull() {
  local verdict=$LAB_CACHE/can-pull
  case ${GODWIT_LAB_PULL:-auto} in
    always) return 0 ;;
    never) return 1 ;;
    auto) ;;
    *) die "GODWIT_LAB_PULL is always, never or auto, not ${GODWIT_LAB_PULL}" ;;
  esac
  if [[ ! -f $verdict ]]; then
    if timeout 20 docker pull --quiet hello-world >/dev/null 2>&1; then
      echo yes >"$verdict"
    else
      echo no >"$verdict"
      say "images cannot be pulled here: building stand-ins (remembered in $verdict)"
    fi
  fi
  [[ $(<"$verdict") == yes ]]
}

# forced VARIABLE USUAL: whether the user chose another image. The lab's own names do not count:
# they come back from lab.env, where they may be out of date.
forced() { [[ -n ${!1:-} && ${!1} != godwit-lab/* && ${!1} != "$2" ]]; }

ensure_pulled() { image_exists "$1" || step "pulling $1" docker pull "$1"; }

pull_images() {
  forced GODWIT_LAB_NODE_IMAGE "$PULLED_NODE" || GODWIT_LAB_NODE_IMAGE=$PULLED_NODE
  forced GODWIT_LAB_DB_IMAGE "$PULLED_DB" || GODWIT_LAB_DB_IMAGE=$PULLED_DB
  forced GODWIT_LAB_BASE_IMAGE "$PULLED_BASE" || GODWIT_LAB_BASE_IMAGE=$PULLED_BASE
  forced GODWIT_LAB_MINIO_IMAGE "$PULLED_MINIO" || GODWIT_LAB_MINIO_IMAGE=$PULLED_MINIO
  ensure_pulled "$GODWIT_LAB_NODE_IMAGE"
  ensure_pulled "$GODWIT_LAB_DB_IMAGE"
  ensure_pulled "$GODWIT_LAB_BASE_IMAGE"
  ensure_pulled "$GODWIT_LAB_MINIO_IMAGE"
  local tool
  tool=kubectl-$(hash_of "$GODWIT_LAB_NODE_IMAGE")
  [[ -d $LAB_CACHE/built/$tool ]] || step "taking kubectl from $GODWIT_LAB_NODE_IMAGE" to_folder "$tool" copy_kubectl
  ln -sf "../built/$tool/kubectl" "$LAB_CACHE/bin/kubectl"
  if command -v go >/dev/null; then build_mongo_tools && build_tools; fi
}

# k3s is kubectl when it is called so.
copy_kubectl() {
  docker run --rm --entrypoint cat "$GODWIT_LAB_NODE_IMAGE" /bin/k3s >"$NEW/kubectl" && chmod +x "$NEW/kubectl"
}

# --- building -------------------------------------------------------------------------------

# What every stand-in is made of is in the hash of its name, so that a change builds it anew, and
# only it.
name_standins() {
  local go_version
  go_version=$(go env GOVERSION)
  KUBERNETES=$(sed -n 's/^\tk8s.io\/kubernetes v//p' "$LAB_HOME/node/kube/go.mod")
  NODE_ROOT=root-node-$(hash_of "$LAB_HOME/node/packages")
  DB_ROOT=root-database-$(hash_of "$LAB_HOME/database/packages")
  BASE_ROOT=root-base-$(hash_of "$LAB_HOME/base/packages")
  KUBE=kube-$(hash_of "$LAB_HOME/node/kube" "$go_version" "${GO_FLAGS[*]}")
  RUNTIME=runtime-$(hash_of "$LAB_HOME/base/modules" "$(jdk)/release")
  FERRET=ferretdb-$(hash_of "$FERRETDB" "$go_version" "${GO_FLAGS[*]}")
  OBJECTS=minio-$(hash_of "$MINIO" "$go_version" "${GO_FLAGS[*]}")

  forced GODWIT_LAB_NODE_IMAGE "$PULLED_NODE" ||
    GODWIT_LAB_NODE_IMAGE=godwit-lab/node:$KUBERNETES-$(hash_of "$LAB_HOME/node" "$NODE_ROOT" "$KUBE")
  forced GODWIT_LAB_DB_IMAGE "$PULLED_DB" ||
    GODWIT_LAB_DB_IMAGE=godwit-lab/database:${FERRETDB#v}-$(hash_of "$LAB_HOME/database" "$DB_ROOT" "$FERRET")
  forced GODWIT_LAB_BASE_IMAGE "$PULLED_BASE" ||
    GODWIT_LAB_BASE_IMAGE=godwit-lab/jre:25-$(hash_of "$LAB_HOME/base" "$BASE_ROOT" "$RUNTIME")
  forced GODWIT_LAB_MINIO_IMAGE "$PULLED_MINIO" ||
    GODWIT_LAB_MINIO_IMAGE=godwit-lab/minio:$(cut -d- -f2 <<<"$MINIO")-$(hash_of "$LAB_HOME/objectstore" "$OBJECTS")
}

build_images() {
  command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || die "Go 1.24 or later is needed to build stand-ins; put it on the PATH."
  jdk >/dev/null
  name_standins
  local job jobs=() failed=0
  # Compiling keeps the processors busy while the others wait for the network and the disk.
  build_kube &
  jobs+=($!)
  build_roots &
  jobs+=($!)
  (build_ferretdb && build_mongo_tools && build_tools && build_minio) &
  jobs+=($!)
  for job in "${jobs[@]}"; do
    wait "$job" || failed=1
  done
  ((!failed)) || die "not everything could be built; the log is named above. What was built stays: mend it and run this again."
  ln -sf "../built/$KUBE/kube" "$LAB_CACHE/bin/kubectl"
  ensure_image "$GODWIT_LAB_NODE_IMAGE" "$NODE_ROOT" "$LAB_HOME/node" "$LAB_CACHE/built/$KUBE"
  ensure_image "$GODWIT_LAB_DB_IMAGE" "$DB_ROOT" "$LAB_HOME/database" "$LAB_CACHE/built/$FERRET"
  build_runtime
  ensure_image "$GODWIT_LAB_BASE_IMAGE" "$BASE_ROOT" "$LAB_HOME/base" "$LAB_CACHE/built/$RUNTIME"
  ensure_image "$GODWIT_LAB_MINIO_IMAGE" "" "$LAB_HOME/objectstore" "$LAB_CACHE/built/$OBJECTS"
}

# ensure_image IMAGE ROOT FOLDER BINARIES: an image from a folder's Dockerfile and what was built
# for it; without ROOT it needs no other file system below it.
ensure_image() {
  image_exists "$1" && return
  [[ $1 == godwit-lab/* ]] || die "there is no image $1: pull or load it, or unset the variable that names it."
  [[ -z $2 ]] || image_exists "godwit-lab/root:$2" || step "loading $2" import_root "$2"
  step "building $1" docker_build "$@"
}

docker_build() {
  local context
  context=$(mktemp -d -p "$LAB_CACHE")
  # shellcheck disable=SC2064
  trap "rm -rf '$context'" EXIT
  find "$3" -maxdepth 1 -type f -exec cp -t "$context" {} + &&
    cp -rl "$4/." "$context" &&
    DOCKER_BUILDKIT=0 docker build --network host --build-arg "ROOT=godwit-lab/root:$2" --tag "$1" "$context"
}

# --- root file systems ----------------------------------------------------------------------

build_roots() {
  build_root "$NODE_ROOT" "$GODWIT_LAB_NODE_IMAGE" bookworm "$LAB_HOME/node/packages"
  build_root "$DB_ROOT" "$GODWIT_LAB_DB_IMAGE" forky "$LAB_HOME/database/packages"
  build_root "$BASE_ROOT" "$GODWIT_LAB_BASE_IMAGE" bookworm "$LAB_HOME/base/packages"
}

# build_root NAME IMAGE SUITE PACKAGES: the file system below an image, unless that image is there.
build_root() {
  if ! image_exists "$2" && [[ ! -f $LAB_CACHE/built/$1.tar.zst ]]; then
    need_commands mmdebstrap=mmdebstrap zstd=zstd
    step "building $1 from Debian $3" make_root "$1" "$3" "$4"
  fi
}

make_root() {
  local mirror new=$LAB_CACHE/built/new-$1.tar.zst
  mirror=$(debian_mirror)
  mmdebstrap --variant=apt --include="$(lines_of "$3")" \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$2" "$new" ${mirror:+"$mirror"} &&
    mv "$new" "$LAB_CACHE/built/$1.tar.zst"
}

# The mirror this machine's apt uses; nothing where it has none, and mmdebstrap then knows one.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
    grep -E '/debian/?$' | head -n 1
}

import_root() { zstd -dc "$LAB_CACHE/built/$1.tar.zst" | docker import - "godwit-lab/root:$1"; }

# --- binaries -------------------------------------------------------------------------------

# to_folder NAME COMMAND...: runs a command that puts its files into the folder $NEW; built/NAME
# appears only when all of them are there.
to_folder() {
  local name=$1
  export NEW=$LAB_CACHE/built/new-$name CGO_ENABLED=0 GOCACHE=$LAB_CACHE/go-build
  shift
  rm -rf "$NEW" && mkdir -p "$NEW" && "$@" && mv "$NEW" "$LAB_CACHE/built/$name"
}

build_kube() {
  [[ -d $LAB_CACHE/built/$KUBE ]] ||
    step "compiling Kubernetes $KUBERNETES, CoreDNS and kubectl" to_folder "$KUBE" compile_kube
}

compile_kube() {
  local version=k8s.io/component-base/version stamp
  stamp="-X $version.gitVersion=v$KUBERNETES -X k8s.io/client-go/pkg/version.gitVersion=v$KUBERNETES"
  stamp+=" -X $version.gitMajor=${KUBERNETES%%.*} -X $version.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")"
  cd "$LAB_HOME/node/kube" &&
    go build "${GO_FLAGS[@]}" -ldflags "-s -w $stamp" -o "$NEW/" . ./pause
}

build_ferretdb() {
  [[ -d $LAB_CACHE/built/$FERRET ]] ||
    step "compiling FerretDB $FERRETDB" to_folder "$FERRET" compile_ferretdb
}

compile_ferretdb() {
  GOBIN=$NEW go install "${GO_FLAGS[@]}" -ldflags "-s -w" \
    "github.com/FerretDB/FerretDB/v2/cmd/ferretdb@$FERRETDB"
}

build_minio() {
  [[ -d $LAB_CACHE/built/$OBJECTS ]] || step "compiling MinIO $MINIO" to_folder "$OBJECTS" compile_minio
}

compile_minio() {
  GOBIN=$NEW go install "${GO_FLAGS[@]}" -ldflags "-s -w" "github.com/minio/minio@$MINIO"
}

# What the chart and the alert rules are tested with. One module, so that they share what they
# are made of and every version is pinned.
build_tools() {
  local name built=$LAB_CACHE/built
  name=tools-$(hash_of "$LAB_HOME/tools" "$(go env GOVERSION)" "${GO_FLAGS[*]}" "$HELM_KUBERNETES_MINOR")
  [[ -d $built/$name ]] || step "compiling helm, helm-unittest and promtool" to_folder "$name" compile_tools || return
  ln -sf "../built/$name/helm" "../built/$name/helm-unittest" "../built/$name/promtool" "$LAB_CACHE/bin/"
}

compile_tools() {
  local helm=helm.sh/helm/v3 stamp
  cd "$LAB_HOME/tools" &&
    stamp="-X $helm/internal/version.version=$(go list -m -f '{{.Version}}' $helm)" &&
    stamp+=" -X $helm/pkg/chartutil.k8sVersionMajor=1 -X $helm/pkg/chartutil.k8sVersionMinor=$HELM_KUBERNETES_MINOR" &&
    stamp+=" -X $helm/pkg/lint/rules.k8sVersionMajor=1 -X $helm/pkg/lint/rules.k8sVersionMinor=$HELM_KUBERNETES_MINOR" &&
    go build "${GO_FLAGS[@]}" -ldflags "-s -w $stamp" -o "$NEW/" tool
}

# mongodump and mongorestore are for tests that compare with them. Where their module is not to be
# had, the lab does without, and those tests are skipped.
build_mongo_tools() {
  local name=mongo-tools-$MONGO_TOOLS built=$LAB_CACHE/built
  [[ ! -e $built/$name && ! -e $built/$name.missing ]] || return 0
  if (step "compiling mongodump and mongorestore" to_folder "$name" compile_mongo_tools) 2>/dev/null; then
    ln -sf "../built/$name/mongodump" "../built/$name/mongorestore" "$LAB_CACHE/bin/"
  else
    touch "$built/$name.missing"
    say "no mongodump and mongorestore: their module is not available here (remembered in $built/$name.missing)"
  fi
}

# They have no module version that "go install" takes, hence a module that requires them.
compile_mongo_tools() {
  local tool module=$NEW/module package=github.com/mongodb/mongo-tools
  mkdir "$module" && cd "$module" && go mod init godwit.lab/tools &&
    go get "$package/mongodump/main@$MONGO_TOOLS" "$package/mongorestore/main@$MONGO_TOOLS" || return
  for tool in mongodump mongorestore; do
    go build "${GO_FLAGS[@]}" -ldflags "-s -w" -o "$NEW/$tool" "$package/$tool/main" || return
  done
}

# --- the Java runtime -----------------------------------------------------------------------

# The home of a JDK 25.
jdk() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if grep -qs '^JAVA_VERSION="25' "$home/release" && [[ -x $home/bin/jlink ]]; then
      echo "$home"
      return
    fi
  done
  die "a JDK 25 is needed to build the Java base image; set JAVA_HOME to one."
}

build_runtime() {
  [[ -d $LAB_CACHE/built/$RUNTIME ]] ||
    step "linking a Java runtime" to_folder "$RUNTIME" link_runtime "$(jdk)"
}

link_runtime() {
  "$1/bin/jlink" --add-modules "$(lines_of "$LAB_HOME/base/modules")" --no-header-files \
    --no-man-pages --generate-cds-archive --output "$NEW/openjdk"
}

# --- lab.env --------------------------------------------------------------------------------

# tool NAME: where a tool is: the user's choice, the lab's, or one on the PATH.
tool() {
  local variable
  variable=$(tool_variable "$1")
  if [[ -n ${!variable:-} && -x ${!variable} ]]; then
    echo "${!variable}"
  elif [[ -x $LAB_CACHE/bin/$1 ]]; then
    echo "$LAB_CACHE/bin/$1"
  elif [[ $1 != kubectl ]]; then
    command -v "$1" || true
  fi
}

tool_variable() { tr 'a-z-' 'A-Z_' <<<"GODWIT_LAB_$1"; }

write_env() {
  local name path kind=mongodb new=$LAB_CACHE/lab.env.new
  [[ $GODWIT_LAB_DB_IMAGE != godwit-lab/* && $GODWIT_LAB_DB_IMAGE != *ferretdb* ]] || kind=ferretdb
  {
    echo "GODWIT_LAB_NODE_IMAGE=$GODWIT_LAB_NODE_IMAGE"
    echo "GODWIT_LAB_DB_IMAGE=$GODWIT_LAB_DB_IMAGE"
    echo "GODWIT_LAB_DB_KIND=$kind"
    echo "GODWIT_LAB_BASE_IMAGE=$GODWIT_LAB_BASE_IMAGE"
    echo "GODWIT_LAB_MINIO_IMAGE=$GODWIT_LAB_MINIO_IMAGE"
    for name in kubectl helm helm-unittest promtool mongorestore mongodump; do
      path=$(tool "$name")
      [[ -z $path ]] || echo "$(tool_variable "$name")=$path"
    done
    [[ -z ${DOCKER_HOST:-} ]] || echo "DOCKER_HOST=$DOCKER_HOST"
    if ! can_pull; then
      # Testcontainers would pull its reaper and a probe, for minutes.
      echo "TESTCONTAINERS_RYUK_DISABLED=true"
      echo "TESTCONTAINERS_CHECKS_DISABLE=true"
      # On a machine that is itself a container it would run one more image to find its own gateway.
      [[ -n ${DOCKER_HOST:-} ]] || echo "TESTCONTAINERS_HOST_OVERRIDE=${TESTCONTAINERS_HOST_OVERRIDE:-127.0.0.1}"
    fi
  } >"$new"
  mv "$new" "$LAB_CACHE/lab.env"
}
