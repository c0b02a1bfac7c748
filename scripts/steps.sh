# shellcheck shell=bash
# Steps of a script, each told by its name; one that fails ends nothing, and all that failed are told at the
# end. Sourced, not run.

failed=()

# Runs a command as a step.
#   step NAME COMMAND...
step() {
    local name=$1
    shift
    echo "== $name"
    "$@" || failed+=("$name")
}

# Ends the script: with 1 and the names of what failed, or with 0.
end_of_steps() {
    if [ ${#failed[@]} -gt 0 ]; then
        printf 'FAILED: %s\n' "${failed[@]}"
        exit 1
    fi
    echo "== all passed"
    exit 0
}
