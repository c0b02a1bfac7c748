#!/bin/sh
# The compiler, told to count which lines are run; cargo gives it our own code alone.
#   rustc_counting.sh RUSTC ARGUMENT...
exec "$@" -C instrument-coverage
