# Names, addresses and folders of the cluster, shared by its scripts.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/../lib.sh"
run=$bed/run
marker=$bed/run-is-a-test-bed   # only with this file beside it is the folder ever removed
complete=$bed/up               # everything was started

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

# node_rules -I or -D: the kernel takes packets for an address of its own on every interface, but
# only this machine and its pods are to reach the node.
node_rules() {
  iptables "$1" INPUT -d $node ! -i lo -m comment --comment testbed -j DROP
  iptables "$1" INPUT -d $node -i $bridge -m comment --comment testbed -j ACCEPT
}

settings() {
  local setting value
  for setting in $kernel_settings; do
    value=$(sysctl -n "$setting" 2>/dev/null) && echo "$setting $value"
  done
  return 0
}
