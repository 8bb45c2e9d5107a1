#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds the developer preset (gcc, ASan + UBSan) and runs every test.
#   ./test.sh          all but those labelled `long`
#   ./test.sh --long   those labelled `long` as well
#   ./test.sh --walk [--seeds N] [--from S] [--trace]
#                      only random walks of the sender (docs/TESTING.md); ends
#                      with the line `N passed, M failed`
set -eu
cd "$(dirname "$0")"
. .ci/setup.sh

build() { # build PRESET
  cmake --preset "$1" >"build/configure-$1.log" 2>&1 || { cat "build/configure-$1.log"; exit 1; }
  cmake --build --preset "$1"
}

case "${1:-}" in
  '') filter='-LE ^long$' ;;
  --long) filter='' ;;
  --walk)
    shift
    mkdir -p build
    set_up
    say 'building the walk into build/walk'
    build walk
    exec build/walk/bin/walk "$@"
    ;;
  *) echo 'usage: ./test.sh [--long | --walk [--seeds N] [--from S] [--trace]]' >&2; exit 2 ;;
esac

mkdir -p build
set_up
say 'building the developer preset into build/dev'
build dev
say 'running the tests'
# Two more than there are processors: many tests wait for a node's blocks most of the time.
# shellcheck disable=SC2086 # an option and its value, or nothing
ctest --test-dir build/dev --output-on-failure --parallel "$(($(nproc) + 2))" $filter
