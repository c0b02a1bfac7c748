#!/usr/bin/env bash
# Installs the system packages that are missing, and asks for nothing where none is.
#   setup.sh build    what building and running needs
#   setup.sh check    that, and what `make check` needs
#   setup.sh test     all that, and what the tests need
set -euo pipefail

build=(libopencv-dev libavformat-dev libavcodec-dev libavfilter-dev libswscale-dev
       clang libclang-dev cmake nasm pkg-config make g++)
check=(shellcheck)
test=(iproute2 chromium firefox-esr curl ffmpeg nginx libnginx-mod-rtmp gir1.2-gst-rtsp-server-1.0 python3-gi
      python3-venv python3-torch libopenblas0 openssl prometheus mosquitto tmux
      gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly)

case ${1:-build} in
    build) wanted=("${build[@]}") ;;
    check) wanted=("${build[@]}" "${check[@]}") ;;
    test) wanted=("${build[@]}" "${check[@]}" "${test[@]}") ;;
    *) echo "$1 is none of build, check and test" >&2 && exit 1 ;;
esac

missing=()
for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
        missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing: ${missing[*]}"
    root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "As root, please: apt-get install ${missing[*]}" >&2; exit 1; }
        root=(sudo)
    fi
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

for tool in cargo npm; do
    command -v "$tool" >/dev/null && continue
    echo "$tool is missing: install Rust (rustup.rs) and Node 20.19 or newer first" >&2
    exit 1
done
node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
' || { echo "Node $(node --version) is too old: 20.19 or newer is needed (Debian 12 has 18)" >&2; exit 1; }
