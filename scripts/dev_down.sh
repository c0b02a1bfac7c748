#!/usr/bin/env bash
# Ends what dev_up.sh has started. Its logs stay.
#   DEV_DIR: where these are, and which processes they are (data/dev)
set -uo pipefail
cd "$(dirname "$0")/.." || exit

folder=${DEV_DIR:-data/dev}
[ -e "$folder/up" ] || { echo "Nothing is up."; exit 0; }
for name in viewer server hub; do
    [ -e "$folder/$name.pid" ] || continue
    # Each leads a group of its own.
    group=$(cat "$folder/$name.pid")
    kill -- "-$group" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 -- "-$group" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 -- "-$group" 2>/dev/null
    rm -f "$folder/$name.pid"
done
if [ -e "$folder/engine" ]; then
    "$(cat "$folder/engine")" compose -f deploy/drone.yaml down >>"$folder/hub.log" 2>&1
    rm -f "$folder/engine"
fi
rm -f "$folder/up"
echo "Everything has ended."
