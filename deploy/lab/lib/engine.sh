# shellcheck shell=bash
# The Docker engine: the one that answers, or Debian's, started by the lab.

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

ensure_engine() {
  if ! engine_answers; then
    if [[ -n ${DOCKER_HOST:-} ]]; then
      die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST. Start it, or unset DOCKER_HOST."
    fi
    if ((EUID)); then
      die "no Docker engine answers. Start it (or join the group docker), or run this as root once: the lab then starts its own."
    fi
    need_commands dockerd=docker.io runc=runc iptables=iptables
    engine_answers || start_engine
  fi
}

start_engine() {
  local flags=(--data-root "$LAB_CACHE/docker" --pidfile "$LAB_CACHE/dockerd.pid")
  if ! may_grant_sys_resource; then
    install -m 755 "$LAB_HOME/engine/runc-bounded" "$LAB_CACHE/bin/runc-bounded"
    flags+=(--add-runtime "bounded=$LAB_CACHE/bin/runc-bounded" --default-runtime bounded)
  fi
  say "starting dockerd, its data in $LAB_CACHE/docker"
  setsid nohup dockerd "${flags[@]}" >"$LAB_LOGS/dockerd.log" 2>&1 </dev/null 9>&- &
  if ! wait_until 60 "dockerd" engine_answers; then
    tail -n 15 "$LAB_LOGS/dockerd.log" >&2
    die "dockerd did not start; its log: $LAB_LOGS/dockerd.log"
  fi
}

# Whether this machine's bounding set holds CAP_SYS_RESOURCE, which is number 24.
may_grant_sys_resource() {
  local bounding
  bounding=$(awk '/^CapBnd:/ {print $2}' /proc/self/status)
  (((0x$bounding >> 24) & 1))
}

# Stops the engine only when it is the lab's own.
stop_engine() {
  local pid
  pid=$(cat "$LAB_CACHE/dockerd.pid" 2>/dev/null) || return 0
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || return 0
  say "stopping dockerd"
  kill "$pid"
  wait_until 60 "dockerd to stop" process_ended "$pid" || die "dockerd ($pid) does not stop; see $LAB_LOGS/dockerd.log"
}

process_ended() { ! kill -0 "$1" 2>/dev/null; }

image_exists() { docker image inspect "$1" >/dev/null 2>&1; }
