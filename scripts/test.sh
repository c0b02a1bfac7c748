#!/usr/bin/env bash
# Everything: the viewer's tests, the program's, the whole server's, and the page in a real browser.
# What was skipped is named at the end, with its reason.
#   test.sh        that
#   test.sh long   the sources alone: also those that take long, all the damaged ones, and cameras that break
#                  for half an hour
set -uo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
# Tests of the whole server mostly wait, so more of them than cores may run at once.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}
export STEADYCAST_SKIPPED=$PWD/skipped.txt
STEADYCAST_PYTHON=$(scripts/python.sh tests websockets pillow) && export STEADYCAST_PYTHON
: >"$STEADYCAST_SKIPPED"
failed=()

step() {
    local name=$1
    shift
    echo "== $name"
    "$@" || failed+=("$name")
}

if [ "${1:-}" = long ]; then
    step "sources" env STEADYCAST_LONG=1 cargo test --release --test sources
else
    step "viewer" npm --prefix frontend run --silent test
    step "program" cargo test --release
    step "browser" env STEADYCAST_BIN="$(realpath "$target")/release/steadycast" npm --prefix tests/e2e run --silent test
fi

if [ -s "$STEADYCAST_SKIPPED" ]; then
    echo "== skipped"
    sort -u "$STEADYCAST_SKIPPED"
fi
rm -f "$STEADYCAST_SKIPPED"
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
echo "== all passed"
