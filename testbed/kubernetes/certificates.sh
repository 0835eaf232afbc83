# Certificates and kubeconfigs, in $run.
mode=$(umask)
umask 077
for authority in ca etcd-ca; do
  openssl ecparam -name prime256v1 -genkey -noout -out pki/$authority.key
  openssl req -x509 -new -key pki/$authority.key -days 365 -subj /CN=$authority \
    -out pki/$authority.crt
done
openssl genrsa -out pki/sa.key 2048 2>/dev/null
openssl rsa -in pki/sa.key -pubout -out pki/sa.crt 2>/dev/null

# certificate FILE SUBJECT NAMES AUTHORITY: signed by the cluster's authority, or by another.
certificate() {
  openssl ecparam -name prime256v1 -genkey -noout -out "pki/$1.key"
  openssl req -new -key "pki/$1.key" -subj "$2" |
    openssl x509 -req -CA "pki/${4:-ca}.crt" -CAkey "pki/${4:-ca}.key" -CAcreateserial -days 365 \
      -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}") \
      -out "pki/$1.crt" 2>/dev/null
}

# kubeconfig FILE CERTIFICATE
kubeconfig() {
  cat >"$1" <<K
apiVersion: v1
kind: Config
clusters: [{name: testbed, cluster: {server: "https://$node:6443", certificate-authority-data: $(base64 -w0 pki/ca.crt)}}]
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "pki/$2.crt"), client-key-data: $(base64 -w0 "pki/$2.key")}}]
contexts: [{name: testbed, context: {cluster: testbed, user: $2}}]
current-context: testbed
K
}

names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
certificate apiserver /CN=kube-apiserver "$names,IP:$node,IP:${services%.0/16}.1,IP:127.0.0.1"
certificate kubelet-serving /CN=node1 "DNS:node1,IP:$node"
certificate front-proxy /CN=front-proxy
# Whoever may write to etcd owns the cluster: only the API server has a certificate for it.
certificate etcd /CN=etcd "IP:$node" etcd-ca
certificate admin /O=system:masters/CN=admin
certificate kubelet /O=system:nodes/CN=system:node:node1
for name in controller-manager scheduler proxy; do
  certificate $name "/CN=system:kube-$name"
  kubeconfig $name.kubeconfig $name
done
kubeconfig kubelet.kubeconfig kubelet
kubeconfig kubeconfig admin
umask "$mode"
