#!/usr/bin/env bash
# A drone's stack on this machine: an RTMP server to which the drone publishes, the program that watches it,
# and the viewer as it is worked on. Prints what to type into the drone and into the browser; ends with
# everything running, which `dev_down.sh` ends.
#   dev_up.sh [--no-viewer] [FLAG...]   flags of the program
# Where a container engine runs, the RTMP server is MediaMTX of deploy/drone.yaml, which hands pictures on by
# WebRTC as well; else nginx with its RTMP module (apt-get install nginx libnginx-mod-rtmp).
#   RTMP_PORT (1935), STEADYCAST_PORT (6732), VIEWER_PORT (5173): where they listen
#   PROGRAM: the program; built where it is not given
#   DEV_DIR: where their logs are, and which processes they are (data/dev)
set -euo pipefail
cd "$(dirname "$0")/.."

rtmp_port=${RTMP_PORT:-1935}
port=${STEADYCAST_PORT:-6732}
viewer_port=${VIEWER_PORT:-5173}
folder=${DEV_DIR:-data/dev}
module=/usr/lib/nginx/modules/ngx_rtmp_module.so
viewer=yes
if [ "${1:-}" = --no-viewer ]; then
    viewer=
    shift
fi

if [ -e "$folder/up" ]; then
    echo "It is up already, says $folder/up; scripts/dev_down.sh ends it." >&2
    exit 1
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
touch "$folder/up"
# Where one part does not start, the others end.
trap 'DEV_DIR="$folder" scripts/dev_down.sh >/dev/null' ERR

# Starts a command in the background, whose log and number are kept by a name.
start() {
    local name=$1
    shift
    setsid "$@" >"$folder/$name.log" 2>&1 </dev/null &
    echo $! >"$folder/$name.pid"
}

# Waits until something listens on a port; says what its log ends with where that does not happen.
listening() {
    local name=$1 wanted=$2
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$wanted") 2>/dev/null && return
        sleep 0.1
    done
    echo "$name does not listen on port $wanted; $folder/$name.log ends with:" >&2
    tail -n 5 "$folder/$name.log" >&2
    return 1
}

engine=
for one in docker podman; do
    "$one" info >/dev/null 2>&1 && engine=$one && break
done
webrtc=()
if [ -n "$engine" ]; then
    echo "$engine" >"$folder/engine"
    RTMP_PORT=$rtmp_port "$engine" compose -f deploy/drone.yaml up -d >"$folder/hub.log" 2>&1
    webrtc=(--webrtc-url 'http://{host}:8889/dji')
elif [ -e "$module" ]; then
    cat >"$folder/nginx.conf" <<CONF
daemon off;
master_process off;
pid $folder/nginx.pid.own;
error_log $folder/hub.log;
load_module $module;
events {}
rtmp { server { listen $rtmp_port; application dji { live on; } } }
CONF
    start hub nginx -c "$folder/nginx.conf"
else
    echo "There is no RTMP server: apt-get install nginx libnginx-mod-rtmp, or start a container engine" >&2
    false
fi
listening hub "$rtmp_port"

program=${PROGRAM:-}
if [ -z "$program" ]; then
    make build
    program=${CARGO_TARGET_DIR:-target}/release/steadycast
fi
start server "$program" --source "rtmp://127.0.0.1:$rtmp_port/dji" --port "$port" \
    --rtmp-ingest-url "rtmp://{host}:$rtmp_port/dji" "${webrtc[@]}" "$@"
listening server "$port"

if [ -n "$viewer" ]; then
    scripts/node_packages.sh frontend
    start viewer env VITE_BACKEND_URL="http://127.0.0.1:$port" npm --prefix frontend exec -- vite \
        --root frontend --port "$viewer_port" --strictPort --clearScreen false
    listening viewer "$viewer_port"
fi
trap - ERR

# The address by which this machine is reached from the network; nothing is sent to find it.
lan=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
echo "Type into the drone:   rtmp://${lan:-<address of this machine>}:$rtmp_port/dji"
if [ -n "$viewer" ]; then
    echo "Open in the browser:   http://127.0.0.1:$viewer_port"
else
    echo "Open in the browser:   http://127.0.0.1:$port"
fi
[ -n "$engine" ] && echo "By WebRTC:             http://127.0.0.1:8889/dji"
echo "Every address:         http://127.0.0.1:$port/api/stream/info"
echo "Logs:                  $folder"
echo "End it:                scripts/dev_down.sh"
