# The node's own address, the pods' bridge, and what was there before.
! command -v modprobe >/dev/null || modprobe -q br_netfilter || true
settings >settings.before
ip link add $link type bridge
ip addr add $node/32 dev $link
ip link set $link up
node_rules -I
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
cat >cni/10-pods.conflist <<C
{"cniVersion": "0.4.0", "name": "testbed", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$run/addresses", "ranges": [[{"subnet": "$pods"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}}]}
C
