#!/usr/bin/env bash
# Tries what is read from outside with damaged seeds of fuzz/corpus, FUZZ_SECONDS (20) for each target.
#   fuzz.sh [TARGET...]   those, or all
# By libFuzzer, which follows what the code does with an input, where cargo-fuzz is there; else by the unit
# test that damages the same seeds blindly. A nightly compiler is taken where there is one: without a
# sanitizer, libFuzzer follows the code on the stable one as well.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

seconds=${FUZZ_SECONDS:-20}
target=${CARGO_TARGET_DIR:-target}

# The compiler of what is tried: none is named where the usual one is meant.
toolchain=()
cargo +nightly --version >/dev/null 2>&1 && toolchain=(+nightly)

# Finds go into a folder of their own, seeds stay as they are. All of the code that is tried is safe Rust, so
# no sanitizer is needed, with which everything would be compiled anew.
# shellcheck disable=SC2317,SC2329 # A step calls it.
try() {
    local found=$target/fuzz/$1
    mkdir -p "$found"
    cargo "${toolchain[@]}" fuzz run --sanitizer none "$1" "$found" "fuzz/corpus/$1" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=65536
}

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "cargo-fuzz is missing (docs/develop.md): seeds are damaged blindly"
    step "damaged seeds" env STEADYCAST_FUZZ_SECONDS="$seconds" STEADYCAST_FUZZ_TARGETS="$*" \
        cargo test --release --locked --lib -- fuzzing --nocapture
    end_of_steps
fi

names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(basename --suffix .rs --multiple fuzz/fuzz_targets/*.rs)
for name in "${names[@]}"; do
    step "$name" try "$name"
done

end_of_steps
