#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds the developer preset (gcc, ASan + UBSan) and runs every test.
#   ./test.sh          all but those labelled `long`
#   ./test.sh --long   those labelled `long` as well
set -eu
cd "$(dirname "$0")"
. .ci/setup.sh

case "${1:-}" in
  '') filter='-LE ^long$' ;;
  --long) filter='' ;;
  *) echo 'usage: ./test.sh [--long]' >&2; exit 2 ;;
esac

mkdir -p build
set_up
say 'building the developer preset into build/dev'
cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset dev
say 'running the tests'
# shellcheck disable=SC2086 # an option and its value, or nothing
ctest --test-dir build/dev --output-on-failure --parallel "$(nproc)" $filter
