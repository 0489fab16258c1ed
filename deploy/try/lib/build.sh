# shellcheck shell=bash
# Godwit's image and the programs that make and hash data, built when their sources changed.

# The image's tag holds a hash of all that goes into it and into the programs.
sources_hash() {
  {
    echo "$GODWIT_LAB_BASE_IMAGE"
    find src/main src/test/java/dev/godwit/{testing,training} src/test/resources pom.xml .dockerignore deploy/image -type f -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c 1-12
}

# Named like the lab's images, so that cleaning the lab removes it.
build() {
  local hash
  hash=$(sources_hash)
  IMAGE=godwit-lab/godwit:$hash
  if docker image inspect "$IMAGE" >/dev/null 2>&1 && [[ -d $TOOLS/$hash ]]; then
    say "image $IMAGE: nothing changed since it was built"
  else
    step "compile and package" ./mvnw --batch-mode --no-transfer-progress -q package -DskipTests
    step "image $IMAGE" deploy/image/build "$IMAGE"
    remove_images_but "$IMAGE"
    keep_tools "$TOOLS/$hash"
  fi
  TOOLS_CLASSPATH="$TOOLS/$hash:$TOOLS/$hash/*"
  if ! in_cluster "$IMAGE"; then
    step "image into the cluster" "$LAB" load "$IMAGE"
  fi
}

remove_images_but() {
  docker image ls --format '{{.Repository}}:{{.Tag}}' --filter reference=godwit-lab/godwit |
    { grep -vxF "$1" || true; } | xargs --no-run-if-empty docker image rm >/dev/null 2>&1 || true
}

# A copy, which no later build changes.
keep_tools() {
  rm -rf "$TOOLS"
  mkdir -p "$1/dev/godwit/testing"
  cp -r target/test-classes/dev/godwit/testing/{Snapshots*.class,seed} "$1/dev/godwit/testing/"
  cp target/quarkus-app/lib/main/org.mongodb.*.jar "$1/"
}

java_tool() { "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$TOOLS_CLASSPATH" "$@"; }
