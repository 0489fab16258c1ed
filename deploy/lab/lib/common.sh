# shellcheck shell=bash
# Words to the user, steps with their time, waiting with a deadline, hashes, packages.

say() { printf 'lab: %s\n' "$*"; }

die() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}

# step NAME COMMAND...: runs a command with its output in a log, tells how long it took, and ends
# the lab with the log's tail when the command fails. bash ignores "set -e" in such a command, so
# functions that are steps chain their commands with &&.
step() {
  local name=$1 log status=0 started=$SECONDS
  shift
  log=$LAB_LOGS/$(tr -c 'a-zA-Z0-9\n' '-' <<<"$name").log
  say "$name ..."
  ("$@") >"$log" 2>&1 </dev/null || status=$?
  if ((status)); then
    tail -n 25 "$log" >&2
    die "$name failed after $((SECONDS - started)) s; the whole log: $log"
  fi
  say "$name: $((SECONDS - started)) s"
}

# wait_until SECONDS WHAT COMMAND...: false when the command has not succeeded in time, or when it
# says with status 2 that it never will.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2 status
  shift 2
  while true; do
    status=0
    "$@" >/dev/null 2>&1 || status=$?
    ((status)) || return 0
    if ((status == 2 || SECONDS >= deadline)); then
      printf 'lab: gave up waiting for %s\n' "$what" >&2
      return 1
    fi
    sleep 0.2
  done
}

# hash_of FILE|FOLDER|TEXT...: twelve digits that change with the contents of the files named, or
# with the words themselves where no such file exists.
hash_of() {
  local input
  for input; do
    if [[ -d $input ]]; then
      (cd "$input" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
    elif [[ -f $input ]]; then
      sha256sum <"$input"
    else
      echo "$input"
    fi
  done | sha256sum | cut -c 1-12
}

# lines_of FILE: its lines without comments, joined by commas.
lines_of() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1" | paste -sd,; }

# need_commands COMMAND=PACKAGE...: installs Debian's packages for the commands that are missing.
need_commands() {
  local pair missing=()
  for pair; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0
  if ((EUID)) || ! command -v apt-get >/dev/null; then
    die "missing: ${missing[*]}. Install these packages (on Debian: apt-get install ${missing[*]}) and run this again."
  fi
  step "installing ${missing[*]}" install_packages "${missing[@]}"
}

# A source that does not answer must not stop the others, so only the installation may fail.
install_packages() {
  apt-get update || true
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# with_lock COMMAND...: one lab at a time changes the cache; a second one waits. Processes that
# outlive the lab must be started with 9>&-.
with_lock() {
  exec 9>"$LAB_CACHE/lock"
  if ! flock -n 9; then
    say "another lab command is at work on $LAB_CACHE: waiting for it"
    flock 9
  fi
  "$@"
  exec 9>&-
}
