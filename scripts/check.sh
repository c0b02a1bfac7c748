#!/usr/bin/env bash
# Everything about the code that can be said without running it: formats, lints, types, docs.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

step "format of Rust" cargo fmt --check
step "lints of Rust" cargo clippy --release --locked --quiet --all-targets -- --deny warnings
step "docs of Rust" env RUSTDOCFLAGS="--deny warnings" \
    cargo doc --release --locked --quiet --no-deps --document-private-items
step "viewer" npm --prefix frontend run --silent check
step "browser tests" npm --prefix tests/e2e run --silent --if-present check
step "shell scripts" shellcheck --external-sources scripts/*.sh tests/e2e/*.sh .ci/run

end_of_steps
