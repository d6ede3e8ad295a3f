# Kassa: everything a developer and CI need. `make help` lists it.

GO       := $(shell assets/packaging/go.sh)
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0)
HEADLESS := CGO_ENABLED=0 $(GO)
WINDOW   := CGO_ENABLED=1 $(GO)
# gles: the OpenGL ES binding compiles 3 times faster and draws the same; no_emoji saves 4 MB.
DEV_TAGS := gles,no_emoji
RELEASE  := -tags no_emoji,no_animations,no_metadata,migrated_fynedo -trimpath -ldflags "-s -w"

BUILD_PACKAGES := gcc libc6-dev pkg-config libgl-dev libx11-dev libxcursor-dev libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev
SHOW_PACKAGES  := xvfb xdotool imagemagick x11-xkb-utils
# Packages whose tests run under the race detector: everything but the screens, which are 20 times slower there.
LOGIC := ./app/money/... ./app/till/... ./app/marking/... ./app/fiscal/... ./app/scan/... ./app/feed/... ./app/catalog/... ./app/staff/... \
	./app/journal/... ./app/sale/... ./app/store/... ./app/config/... ./app/texts/... ./app/logs/... ./device/... ./localmodule/... ./sync/...

export LANG := ru_RU.UTF-8

.PHONY: help deps demo test headless kill-test race lint gui-test bench build windows deb fuzz clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

deps: ## install what building and window tests need (Debian, as root)
	@assets/packaging/deps.sh $(BUILD_PACKAGES) $(SHOW_PACKAGES)

demo: deps ## sell a marked item through the whole chain with emulated devices
	$(MAKE) build/lab build/localmodule build/till
	$(HEADLESS) run ./cmd/internal/demo -programs build -out build/demo

test: lint headless kill-test race gui-test ## everything that must pass, the cheapest first

headless: ## all tests that need no packages
	$(HEADLESS) vet -tags ci ./...
	$(HEADLESS) test -tags ci -shuffle=on ./...

race: ## the logic under the race detector
	@assets/packaging/deps.sh gcc libc6-dev
	CGO_ENABLED=1 $(GO) test -race -shuffle=on $(LOGIC)

kill-test: ## kill the module's sync, or fail it, at every file operation
	@assets/packaging/deps.sh strace
	KASSA_KILLMATRIX=1 $(HEADLESS) test -tags ci -run TestASyncThatFailsAtEachSystemCall -v ./cmd/localmodule

lint: ## formatting, the SQLite driver's pins, and that the pure programs build for Windows
	@unformatted=$$($(dir $(GO))gofmt -l app assets cmd device localmodule sync); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:" $$unformatted; exit 1; fi
	@$(GO) mod download modernc.org/sqlite && want=$$(awk '/modernc.org\/libc/ {print $$2; exit}' "$$($(GO) list -m -f '{{.Dir}}' modernc.org/sqlite)/go.mod") && \
	have=$$($(GO) list -m -f '{{.Version}}' modernc.org/libc) && \
	if [ "$$want" != "$$have" ]; then echo "modernc.org/libc is $$have, the SQLite driver was made for $$want"; exit 1; fi
	CGO_ENABLED=0 GOOS=windows $(GO) build -o /dev/null ./cmd/localmodule
	CGO_ENABLED=0 GOOS=windows $(GO) build -o /dev/null ./cmd/tillctl
	CGO_ENABLED=0 GOOS=windows $(GO) build -o /dev/null ./cmd/lab

gui-test: deps ## the demonstration in a real window under a virtual display, every step checked
	$(MAKE) build/lab build/localmodule build/till
	$(HEADLESS) run ./cmd/internal/demo -virtual -programs build -out build/demo

bench: ## the numbers, each beside its baseline
	@$(HEADLESS) run ./cmd/internal/benchtable -go $(GO)

build: build/till build/tillctl build/localmodule build/lab ## the four programs into build/

.PHONY: build/till build/tillctl build/localmodule build/lab
build/till:
	@assets/packaging/deps.sh $(BUILD_PACKAGES)
	$(WINDOW) build -tags $(DEV_TAGS) -o $@ ./cmd/till
build/tillctl build/localmodule build/lab:
	$(HEADLESS) build -o $@ ./cmd/$(notdir $@)

windows: ## tillctl, localmodule and lab for Windows into build/windows/
	CGO_ENABLED=0 GOOS=windows $(GO) build -trimpath -ldflags "-s -w" -o build/windows/ ./cmd/tillctl ./cmd/localmodule ./cmd/lab

deb: ## a Debian package with till, tillctl and localmodule into build/
	@assets/packaging/deps.sh $(BUILD_PACKAGES)
	$(WINDOW) build $(RELEASE) -o build/deb/usr/bin/kassa-till ./cmd/till
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o build/deb/usr/bin/ ./cmd/tillctl ./cmd/localmodule
	assets/packaging/deb.sh build/deb "$(VERSION)" build

fuzz: ## each fuzz test for a while (FUZZTIME=30s)
	@for p in $$(grep -rlE '^func Fuzz' --include=*_test.go . | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$p/*_test.go | sed 's/func //'); do \
			echo "$$p $$f"; $(HEADLESS) test -tags ci -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-30s} $$p || exit 1; done; done

clean: ## remove what was built
	rm -rf build
