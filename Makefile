# The commands of this project; each sets up what it needs. What stands behind `##` is its help.

.DEFAULT_GOAL := help
.PHONY: help run dev build viewer check lint test test-long fuzz coverage bench deb release doc fmt clean
.PHONY: setup setup-check setup-test

# Folders with npm packages of their own: the viewer, the tests of the page, a client of Socket.IO.
NODE_FOLDERS = frontend tests/e2e tests/support/socketio
packages = $(foreach folder,$(NODE_FOLDERS),scripts/node_packages.sh $(folder) &&) true

help: ## Lists these commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Builds everything and serves the drawn plaza; other settings: make run ARGS="--source 0".
	@cargo run --release --quiet -- $(ARGS)

dev: setup viewer ## Serves it while it is worked on: server and viewer reload what changes. ARGS as for run.
	scripts/node_packages.sh frontend
	@scripts/dev.sh $(ARGS)

build: setup viewer ## Builds the program with the viewer inside.
	cargo build --release

viewer: frontend/dist/index.html ## Builds the viewer alone.

# Only when something changed: the program embeds what is built here, and is compiled anew when it changes.
VIEWER = $(shell find frontend/src frontend/public -type f) $(wildcard frontend/*.json frontend/*.ts frontend/index.html) \
	docs/openapi.json
frontend/dist/index.html: $(VIEWER)
	scripts/node_packages.sh frontend
	npm --prefix frontend run --silent build
	touch $@

check: setup-check viewer ## Formats, lints, types and docs of everything, without running it.
	$(packages)
	scripts/check.sh

lint: setup-check viewer ## The lints alone, and what is linked: licences, origins, doubles (cargo-deny).
	scripts/check.sh lint

test: setup-test viewer ## All tests: units, whole servers, sources, the viewer, the page in a browser.
	$(packages)
	scripts/test.sh

# All sources of the table, 2,000 damaged ones, and half an hour of cameras that break in a new way every few
# seconds. STEADYCAST_SOAK_SECONDS says for how long instead.
test-long: setup-test viewer ## What takes too long for each change: all sources, and cameras that break.
	scripts/test.sh long

# By libFuzzer where cargo-fuzz is there, else by the test that damages the seeds.
fuzz: setup-test viewer ## Tries what is read from outside: FUZZ_SECONDS each (20), FUZZ=token for one alone.
	scripts/fuzz.sh $(FUZZ)

coverage: setup-test viewer ## Which lines the tests run: figures for each file, and pages to browse.
	scripts/node_packages.sh frontend
	scripts/coverage.sh

bench: build ## Measures; one bench alone: make bench BENCH=encode.
	cargo bench --profile release $(if $(BENCH),--bench $(BENCH),--benches)

deb: build ## Packs the program for Debian 12, with its service: target/package.
	scripts/deb.sh

release: build ## All that is released: the package, an archive, a list of parts, checksums.
	scripts/deb.sh release

doc: setup viewer ## Writes the docs of the code, private items included, and says where.
	cargo doc --release --no-deps --document-private-items

fmt: ## Formats everything.
	$(packages)
	cargo fmt
	npm --prefix frontend run --silent format

clean: ## Removes what was built.
	cargo clean
	rm -rf frontend/dist $(NODE_FOLDERS:=/node_modules)

setup:
	scripts/setup.sh build

setup-check:
	scripts/setup.sh check

setup-test:
	scripts/setup.sh test
