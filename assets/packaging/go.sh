#!/bin/sh
# Prints the go command to build with; installs one when there is none. Debian 12's own Go is too old for this
# module, but old enough to fetch a newer toolchain, which is a module like any other.
set -eu
need=1.26.8

# Go 1.21 and later fetch by themselves the toolchain that go.mod asks for.
usable() {
	v=$("$1" env GOVERSION 2>/dev/null) || return 1
	minor=${v#go1.}
	minor=${minor%%[!0-9]*}
	[ "${minor:-0}" -ge 21 ]
}

for go in "$(command -v go || true)" /usr/local/go/bin/go; do
	if [ -n "$go" ] && [ -x "$go" ] && usable "$go"; then
		echo "$go"
		exit 0
	fi
done

toolchain=golang.org/toolchain@v0.0.1-go$need.linux-$(dpkg --print-architecture)
modules=$(HOME=${HOME:-/root} go env GOMODCACHE 2>/dev/null || echo "${HOME:-/root}/go/pkg/mod")
if [ ! -x "$modules/$toolchain/bin/go" ]; then
	if ! command -v go >/dev/null; then
		apt-get update -qq >&2
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends golang-go ca-certificates git >&2
		modules=$(go env GOMODCACHE)
	fi
	(cd / && go mod download "$toolchain" >&2)
	chmod -R u+x "$modules/$toolchain/bin" "$modules/$toolchain/pkg/tool"
fi
echo "$modules/$toolchain/bin/go"
