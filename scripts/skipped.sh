#!/usr/bin/env bash
# Tells of tests that did not run. Ends with 1 where one of them is not in the list of those that may be
# skipped.
#   skipped.sh SKIPPED [ALLOWED]
# SKIPPED   a line each, "name: reason"
# ALLOWED   lines "PATTERN | REASON": what such a line may look like, as the shell matches it, and why it may;
#           without a list anything may be skipped
set -euo pipefail

skipped=$1
allowed=${2:-}

# Whether a line of the list fits. One that gives no reason allows nothing.
is_allowed() {
    local pattern reason
    while IFS='|' read -r pattern reason; do
        [[ $pattern == '#'* || -z ${reason// /} ]] && continue
        # shellcheck disable=SC2053 # A pattern is meant.
        [[ $1 == ${pattern%"${pattern##*[! ]}"} ]] && return
    done <"$allowed"
    return 1
}

unlisted=0
while IFS= read -r line; do
    if [ -z "$allowed" ] || is_allowed "$line"; then
        echo "skipped $line"
    else
        echo "NOT ALLOWED by $allowed: skipped $line"
        unlisted=$((unlisted + 1))
    fi
done < <(sort -u "$skipped")
[ "$unlisted" = 0 ]
