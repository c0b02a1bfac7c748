#!/usr/bin/env bash
# Which lines the tests run: a figure for each file of src/, and pages to browse. What is built for it lies in
# a folder of its own, and is slower; a test that minds the time may fail here only.
# Needs LLVM's own llvm-profdata and llvm-cov, as new as the compiler's LLVM: `rustup component add
# llvm-tools` brings them, and so does the package llvm-N of Debian.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/coverage
report=$CARGO_TARGET_DIR/report
profiles=$CARGO_TARGET_DIR/profiles

# A tool of LLVM that fits the compiler; says what to install where there is none.
#   llvm NAME
llvm() {
    local version rustup
    version=$(rustc --version --verbose | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    rustup=$(find "$(rustc --print sysroot)/lib/rustlib" -path "*/bin/$1" -print -quit)
    [ -n "$rustup" ] && echo "$rustup" && return
    command -v "$1-$version" && return
    echo "$1 is missing: rustup component add llvm-tools, or apt-get install llvm-$version" >&2
    return 1
}

# The programs that were tested, a line each.
tested_programs() {
    cargo test --release --locked --quiet --no-run --message-format json |
        sed -n 's/^{"reason":"compiler-artifact".*"executable":"\([^"]*\)".*/\1/p'
}

profdata=$(llvm llvm-profdata) && cov=$(llvm llvm-cov) || exit

rm -rf "$profiles" "$report"
mkdir -p "$profiles"
# Our own code alone is counted, so that what it stands on is as fast as ever.
RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/rustc_counting.sh
# All runs of a program share four files, else hundreds of servers would leave one each.
LLVM_PROFILE_FILE=$(realpath "$profiles")/%4m.profraw
RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}
STEADYCAST_PYTHON=$(scripts/python.sh tests websockets pillow) && export STEADYCAST_PYTHON
export RUSTC_WORKSPACE_WRAPPER LLVM_PROFILE_FILE RUST_TEST_THREADS

step "tests of the program" cargo test --release --locked --no-fail-fast
mapfile -t programs < <(tested_programs)
objects=()
for program in "${programs[@]}"; do
    objects+=(--object "$program")
done

data=$CARGO_TARGET_DIR/merged.profdata
step "sum of the counts" "$profdata" merge --sparse --failure-mode=all --output "$data" "$profiles"
# Files that hold nothing but tests are left out.
counted=(--instr-profile "$data" --ignore-filename-regex 'tests\.rs$' --sources src "${objects[@]}")
step "pages" "$cov" show --format html --output-dir "$report" "${counted[@]}"
step "figures" "$cov" report "${counted[@]}"
step "viewer" npm --prefix frontend run --silent --if-present coverage
echo "Pages: $report/index.html"

end_of_steps
