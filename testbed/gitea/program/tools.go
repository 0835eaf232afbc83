//go:build tools

// Package gitea names the code host of the test bed.
package gitea

import _ "code.gitea.io/gitea"
