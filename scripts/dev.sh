#!/usr/bin/env bash
# The program and the viewer while they are worked on. Vite shows what changes in frontend/src at once; when
# anything changes that the program is built from, it is built anew and started again. What does not compile
# leaves the one before running. Ctrl-C ends both.
#   dev.sh [FLAG...]   flags of the program
# Vite looks for the program on port 6732; VITE_BACKEND_URL says where else.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

# What the program is built from. Folders too: they change when a file goes.
watched=(src models build.rs Cargo.toml Cargo.lock)
program=${CARGO_TARGET_DIR:-target}/release/steadycast
# Files newer than this one have changed since the last build began.
stamp=$(mktemp)
server=
vite=

end() {
    trap - EXIT
    # Who has ended already needs no signal.
    [ -n "$server$vite" ] && kill $server $vite 2>/dev/null
    rm -f "$stamp"
    wait
}

build_and_start() {
    touch "$stamp"
    # Incremental, which `make build` is not: only what changed is compiled anew.
    CARGO_INCREMENTAL=1 cargo build --release || return
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null
        wait "$server"
    fi
    "$program" "$@" &
    server=$!
}

trap end EXIT
trap 'exit 130' INT TERM

build_and_start "$@"
(cd frontend && exec node_modules/.bin/vite --clearScreen false) &
vite=$!
while sleep 1; do
    [ -n "$(find "${watched[@]}" -newer "$stamp" -print -quit)" ] && build_and_start "$@"
done
