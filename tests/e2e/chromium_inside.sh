#!/bin/sh
# Chromium in the network namespace that NETWORK_NAMESPACE names; playwright talks to it by pipes, which know
# no network.
exec ip netns exec "$NETWORK_NAMESPACE" "${CHROMIUM:-/usr/bin/chromium}" "$@"
