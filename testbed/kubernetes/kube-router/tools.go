//go:build tools

// Package kuberouter names the program that enforces NetworkPolicy on the test bed.
package kuberouter

import _ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
