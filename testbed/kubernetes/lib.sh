# Names, addresses and folders of the test bed, shared by its scripts.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

bed=${EPHEMERAL_TESTBED:-${XDG_CACHE_HOME:-$HOME/.cache}/ephemeral-testbed}
bin=$bed/bin
run=$bed/run

# 198.18.0.0/15 is reserved for benchmarks (RFC 2544), so that it is nobody's network.
link=testbed0                # a bridge without ports that carries the node's address
node=198.18.128.1            # API server, etcd, kubelet and registries listen here
bridge=testbed1              # the pods' bridge
pods=198.18.0.0/17
services=198.19.0.0/16
dns=198.19.0.10
open_registry=$node:5000     # anybody may push and pull
closed_registry=$node:5001   # user acme, password secret

# What kubelet, kube-proxy and kube-router change, and `down` sets back.
kernel_settings='net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables
  net.bridge.bridge-nf-call-ip6tables vm.overcommit_memory kernel.panic kernel.panic_on_oops
  kernel.keys.root_maxkeys kernel.keys.root_maxbytes net.netfilter.nf_conntrack_max
  net.netfilter.nf_conntrack_tcp_timeout_established
  net.netfilter.nf_conntrack_tcp_timeout_close_wait net.ipv4.conf.all.route_localnet
  net.ipv4.conf.default.forwarding net.ipv4.conf.all.forwarding'

die() {
  echo "testbed: $*" >&2
  exit 1
}

# One that ended and was not collected by its parent counts as ended.
is_running() {
  [ -f "$run/$1.pid" ] &&
    grep -q '^State:[[:space:]]*[^ZX]' "/proc/$(cat "$run/$1.pid")/status" 2>/dev/null
}

# Waits for a command to succeed: await SECONDS WHAT COMMAND...
await() {
  local tries=$(($1 * 10)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || die "$what did not come up; see $run/log"
    sleep 0.1
  done
}
