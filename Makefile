# The commands of this project; each sets up what it needs.

.PHONY: run build viewer test test-long bench lint fmt setup setup-test

# Builds everything and serves the synthetic plaza. Other settings: make run ARGS="--source 0".
run: build
	cargo run --release --quiet -- $(ARGS)

build: setup viewer
	cargo build --release

viewer: frontend/dist/index.html

# Only when something changed: the program embeds what is built here, and is compiled anew when it changes.
frontend/dist/index.html: $(shell find frontend/src -type f) $(wildcard frontend/*.json frontend/*.ts frontend/index.html)
	scripts/node_packages.sh frontend
	npm --prefix frontend run --silent build
	touch $@

test: setup-test viewer
	scripts/node_packages.sh frontend
	scripts/node_packages.sh tests/e2e
	scripts/test.sh

# What takes too long for each change: all sources of the table, 2,000 damaged ones, and half an hour of
# cameras that break in a new way every few seconds. STEADYCAST_SOAK_SECONDS says for how long instead.
test-long: setup-test viewer
	scripts/test.sh long

# One bench: make bench BENCH=encode.
bench: build
	cargo bench --profile release $(if $(BENCH),--bench $(BENCH),--benches)

lint: setup viewer
	scripts/node_packages.sh frontend
	cargo fmt --check
	cargo clippy --release --all-targets -- -D warnings
	npm --prefix frontend run --silent lint

fmt:
	cargo fmt

setup:
	scripts/setup.sh build

setup-test:
	scripts/setup.sh test
