#!/usr/bin/env bash
# Has schemathesis ask a running server whatever its own description allows and forbids, without a token, as a
# viewer and as the admin: no 500, no status that is not described, nothing taken that is not allowed by it.
#   schemathesis.sh [CASES]
# CASES is how many requests of each of the three roles have to be answered at least (2000). STEADYCAST_BIN
# names the program.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

cases=${1:-2000}
program=${STEADYCAST_BIN:-$(realpath "${CARGO_TARGET_DIR:-target}")/release/steadycast}
python=$(scripts/python.sh schemathesis schemathesis==4.32.5) || {
    echo "skipped schemathesis: it cannot be installed"
    [ -z "${STEADYCAST_SKIPPED:-}" ] || echo "schemathesis: it cannot be installed" >>"$STEADYCAST_SKIPPED"
    exit 0
}

folder=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
mkdir "$folder/media"
for camera in yard gate; do
    printf '[%s]\nsource = "synthetic:people=5,vehicles=1"\nwidth = 320\nheight = 180\nfps = 5\n\n' "$camera"
done >"$folder/cameras.toml"

# The limits on what costs, and on who guesses, are not what is looked at here.
(cd "$folder" && exec "$program" --port 0 --analytics off --cameras cameras.toml --media-dir media \
    --viewer-token look-at-everything --admin-token change-everything --dear-requests 10000 \
    --trusted-proxies 127.0.0.1 \
    --jwt-secret "a secret of the tests, of more than thirty-two bytes") >"$folder/log" 2>&1 &
server=$!
address=
for _ in $(seq 100); do
    address=$(sed -n 's|.* on \(http://[0-9.:]*\).*|\1|p' "$folder/log" | head -1)
    [ -n "$address" ] && break
    sleep 0.1
done
[ -n "$address" ] || { cat "$folder/log"; exit 1; }

# Streams never end, so schemathesis would wait for their end; tests/server/ has them.
streams='^/(websocket|socket\.io)/|^/video_feed$|^/api/stream/video$|^/api/video/stream/|^/api/events/stream$'
operations=$("$python" -c '
import json, re, sys, urllib.request
paths = json.load(urllib.request.urlopen(sys.argv[1]))["paths"]
methods = {"get", "head", "post", "put", "patch", "delete", "options"}
print(sum(len(methods & set(item)) for path, item in paths.items() if not re.search(sys.argv[2], path)))
' "$address/api/openapi.json" "$streams") || exit 1
# That many examples of an operation are made at most: one without parameters has but a few.
each=$((cases / operations + 1))

# Whether as many requests were answered as are wanted; tests/schemathesis/hooks.py counts them.
# shellcheck disable=SC2317,SC2329 # A step calls it.
enough() {
    local answered
    answered=$(cat "$folder/answered" 2>/dev/null)
    echo "${answered:-0} requests answered"
    [ "${answered:-0}" -ge "$cases" ]
}

# Asks as somebody who shows these headers.
#   as NAME [OPTION...]
as() {
    local name=$1
    shift
    rm -f "$folder/answered"
    SCHEMATHESIS_HOOKS=tests.schemathesis.hooks PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 \
        STEADYCAST_CASES=$folder/answered \
        step "schemathesis: $name, up to $each examples of each of $operations operations" \
        "$(dirname "$python")/schemathesis" --config-file tests/schemathesis/schemathesis.toml \
        run "$address/api/openapi.json" --url "$address" --max-examples "$each" --seed 14 \
        --exclude-path-regex "$streams" --continue-on-failure "$@"
    step "schemathesis: $name, $cases requests at least" enough
}

# Which methods a path has is told to those alone who may have one of them.
as "no token" --exclude-checks unsupported_method
as "viewer" --header "Authorization: Bearer look-at-everything" --exclude-checks unsupported_method
as "admin" --header "Authorization: Bearer change-everything"

step "the server lives" kill -0 "$server"
# shellcheck disable=SC2016 # The inner shell expands it.
step "no fault of the program" bash -c '! grep -E "panicked|met a fault of this program" "$0"' "$folder/log"

end_of_steps
