#!/usr/bin/env bash
# Proves the package: installs it into a clean Debian 12 and receives a frame of what it starts. As root.
#   deb_proof.sh [PACKAGE]   the newest of target/package unless given
# What is timed is from the package being installed to the first frame. Without systemd in the chroot the
# service's own command is started, as its user and with its file of settings; what systemd would forbid it is
# looked at by systemd-analyze where that is there.
set -euo pipefail
cd "$(dirname "$0")/.."

package=${1:-}
if [ -z "$package" ]; then
    package=$(find target/package -maxdepth 1 -name "*.deb" -printf "%T@ %p\n" | sort -n | tail -1)
    package=${package#* }
fi
command -v debootstrap >/dev/null || {
    echo "debootstrap is missing: apt-get install debootstrap" >&2
    exit 1
}
# One that nobody listens on.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
root=$(mktemp -d)
# Its user has to get in.
chmod 0755 "$root"
server=
# shellcheck disable=SC2317 # by the trap
end() {
    set +e
    [ -n "$server" ] && kill "$server" 2>/dev/null
    sleep 1
    umount -l "$root/proc" 2>/dev/null
    rm -rf --one-file-system "$root"
}
trap end EXIT

debootstrap --variant=minbase bookworm "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >/dev/null
mount -t proc proc "$root/proc"
cp "$package" "$root/tmp/steadycast.deb"
# No service is started in the chroot by itself.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get update -qq
echo "installing $(basename "$package"), $(stat -c %s "$package") bytes"
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
    /tmp/steadycast.deb >/dev/null 2>&1
began=$(date +%s.%N)
chroot "$root" su -s /bin/sh steadycast -c "set -a; . /etc/steadycast/steadycast.env; \
    cd /var/lib/steadycast; STEADYCAST_PORT=$port exec steadycast serve" >"$root/tmp/log" 2>&1 &
server=$!
for _ in $(seq 300); do
    kill -0 "$server" 2>/dev/null || break
    if curl -fs -o "$root/tmp/frame.jpg" "http://127.0.0.1:$port/api/snapshot/main" &&
        chroot "$root" env STEADYCAST_PORT="$port" steadycast health &&
        [ "$(head -c 2 "$root/tmp/frame.jpg" | od -An -tx1 | tr -d ' ')" = ffd8 ]; then
        ended=$(date +%s.%N)
        echo "$began $ended" | awk '{ printf "first frame %.1f s behind the installation\n", $2 - $1 }'
        unit=$root/lib/systemd/system/steadycast.service
        systemd-analyze verify "$unit" 2>&1 | grep -v 'Failed to' || true
        installed=$(du -sm --exclude="$root/proc" "$root" | cut -f1)
        echo "$(stat -c %s "$root/tmp/frame.jpg") bytes; installed: $installed MB"
        chroot "$root" su -s /bin/sh steadycast -c "cd; STEADYCAST_PORT=0 steadycast doctor" || true
        exit 0
    fi
    sleep 0.1
done
echo "no frame came; its log:" >&2
cat "$root/tmp/log" >&2
exit 1
