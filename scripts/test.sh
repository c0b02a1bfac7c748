#!/usr/bin/env bash
# Everything: the viewer's tests, the program's, the whole server's, and the page in a real browser.
# What was skipped is named at the end, with its reason.
#   test.sh        that
#   test.sh long   what takes too long for each change: all sources, all the damaged ones, cameras that break
#                  for half an hour, a thousand that come and go, many edits of the cameras file, a program
#                  that is killed again and again, ten thousand connections and as many wrong logins, a
#                  hundred who watch with a token that is revoked, and thousands of requests made of the
#                  API's description
# STEADYCAST_ALLOWED_SKIPS names a list of what may be skipped; any other test that is skipped has then
# failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

target=${CARGO_TARGET_DIR:-target}
# Tests of the whole server mostly wait, so more of them than cores may run at once.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}
export STEADYCAST_SKIPPED=$PWD/skipped.txt
STEADYCAST_PYTHON=$(scripts/python.sh tests websockets pillow) && export STEADYCAST_PYTHON
: >"$STEADYCAST_SKIPPED"

if [ "${1:-}" = long ]; then
    export STEADYCAST_LONG=1
    step "sources" cargo test --release --locked --test sources
    step "cameras" cargo test --release --locked --test server -- cameras_that_come_and_go edits_by_hand
    # By itself: the step above counts frames that a busy machine would cost.
    step "kills" cargo test --release --locked --test server -- nothing_that_was_written_is_lost
    step "home assistant" cargo test --release --locked --test server -- home_assistant_finds
    step "floods" cargo test --release --locked --test floods
    step "revoked, guessed" cargo test --release --locked --test server -- \
        whoever_watches_with_a_token_is_closed a_right_login_from_elsewhere
    # It counts its requests, so a short run of it proves little.
    step "description" scripts/schemathesis.sh
else
    step "viewer" npm --prefix frontend run --silent test
    step "program" cargo test --release --locked
    STEADYCAST_BIN=$(realpath "$target")/release/steadycast && export STEADYCAST_BIN
    step "browser" npm --prefix tests/e2e run --silent test
fi

step "skipped tests" scripts/skipped.sh "$STEADYCAST_SKIPPED" "${STEADYCAST_ALLOWED_SKIPS:-}"
rm -f "$STEADYCAST_SKIPPED"

end_of_steps
