#!/usr/bin/env bash
# Installs a folder's npm packages where the lock file asks for others than are there.
#   node_packages.sh FOLDER
set -euo pipefail
cd "$1"
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi
