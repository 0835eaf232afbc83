# What the scripts of all test beds share. Each sets `run`, the folder of what runs.
set -euo pipefail

die() {
  echo "testbed: $*" >&2
  exit 1
}

bed=$(realpath -m -- "${EPHEMERAL_TESTBED:-${XDG_CACHE_HOME:-$HOME/.cache}/ephemeral-testbed}")
[[ $bed =~ ^(/[A-Za-z0-9._+-]+){2,}$ ]] || die "EPHEMERAL_TESTBED is no usable folder: $bed"
bin=$bed/bin

# One at a time builds, starts and stops. The daemons do not inherit the lock.
lock() {
  mkdir -p "$bed"
  exec 9>"$bed/lock"
  flock -n 9 || die "another command works on the test bed in $bed"
}

# Which process a process id is: ids are used again, also after the machine was restarted.
identity() {
  echo "$1 $(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)" \
    "$(cat /proc/sys/kernel/random/boot_id)"
}

# The id of a daemon that runs. One that ended and was not collected by its parent has ended.
pid_of() {
  local pid
  [ -f "$run/$1.pid" ] && pid=$(cut -d ' ' -f 1 "$run/$1.pid") &&
    [ "$(identity "$pid" 2>/dev/null)" = "$(cat "$run/$1.pid")" ] &&
    grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" && echo "$pid"
}

is_running() {
  pid_of "$1" >/dev/null
}

# Waits for a command to succeed: await SECONDS WHAT COMMAND...
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || die "$what did not come up; see $run/log"
    sleep 0.1
  done
}
