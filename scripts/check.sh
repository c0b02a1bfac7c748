#!/usr/bin/env bash
# Everything about the code that can be said without running it: formats, lints, types, docs.
#   check.sh        that
#   check.sh lint   the lints alone, and what is linked
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

# What is linked: licences, where it comes from, doubles; advisories where their data base is there, since it
# is not fetched here.
# shellcheck disable=SC2317,SC2329 # A step calls it.
linked() {
    if ! command -v cargo-deny >/dev/null; then
        echo "not looked at: what is linked, cargo-deny is missing (docs/develop.md)"
        return
    fi
    local ended=0
    cargo deny --locked check licenses sources bans || ended=1
    if compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/" >/dev/null; then
        # Offline: asking for newer ones needs the network.
        cargo deny --locked --offline check advisories || ended=1
    else
        echo "not looked at: advisories, their data base is missing (cargo deny fetch db)"
    fi
    return "$ended"
}

lint() {
    step "lints of Rust" cargo clippy --release --locked --quiet --all-targets -- --deny warnings
    step "shell scripts" shellcheck --external-sources scripts/*.sh tests/e2e/*.sh .ci/run
    step "what is linked" linked
}

if [ "${1:-}" = lint ]; then
    lint
    end_of_steps
fi

step "format of Rust" cargo fmt --check
lint
step "docs of Rust" env RUSTDOCFLAGS="--deny warnings" \
    cargo doc --release --locked --quiet --no-deps --document-private-items
step "viewer" npm --prefix frontend run --silent check
step "browser tests" npm --prefix tests/e2e run --silent --if-present check

end_of_steps
