# shellcheck shell=bash
# Words to the person who watches.

title() { printf '\n== %s\n' "$*"; }

say() { printf 'try: %s\n' "$*"; }

fail() {
  stop_watching
  printf '\ntry: FAILED: %s\n' "$*" >&2
  exit 1
}

# step NAME COMMAND...: runs a command whose output matters only when it fails, and says how long it
# took.
step() {
  local name=$1 output started=$EPOCHREALTIME
  shift
  printf 'try: %s ... ' "$name"
  if ! output=$("$@" 2>&1); then
    printf 'failed\n'
    printf '%s\n' "$output" >&2
    fail "$name"
  fi
  printf '%s\n' "$(time_since "$started")"
}

# timed NAME COMMAND...: the same for a command whose output is shown.
timed() {
  local name=$1 started=$EPOCHREALTIME
  shift
  "$@" || fail "$name"
  say "$name: $(time_since "$started")"
}

time_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", to - from }'; }
