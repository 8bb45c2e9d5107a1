#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each patch of this directory plants a bug in the sender; the walk must see it.
# Without any it must pass. The tree itself is not touched: a copy is built.
#
#   run.sh [NAME...]     e.g. run.sh send-before-store; all without names
#
# VOTA_MUTANT_SEEDS: walks at the most (400); the first failure ends them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seeds=${VOTA_MUTANT_SEEDS:-400}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failed=0

complain() { printf 'mutants: %s\n' "$*"; failed=1; }

for part in CMakeLists.txt bridge contracts examples keccak proof rpc text tests; do
  cp -r "$root/$part" "$copy/"
done

build() {
  cmake --build "$copy/build" --target walk >"$copy/build.log" 2>&1 || { tail -n 20 "$copy/build.log"; return 1; }
}

walk() { # walk SEEDS: false as soon as one fails
  "$copy/build/bin/walk" --seeds "$1" --from 1 --stop >"$copy/walk.log" 2>&1
}

try() { # try PATCH
  local name
  name=$(basename "$1" .patch)
  patch -d "$copy" -p1 -s <"$1" || { complain "$name does not apply"; return; }
  if ! build; then
    complain "$name does not build"
  elif walk "$seeds"; then
    complain "$name: $(sed -n 1p "$1"): nobody noticed"
  else
    printf 'seen: %s (%s)\n' "$name" "$(grep -m1 -E '^(seed|sweep) ' "$copy/walk.log")"
  fi
  patch -d "$copy" -p1 -s -R <"$1"
}

cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O1 \
  -DCMAKE_C_COMPILER="${CC:-gcc}" >"$copy/configure.log" 2>&1 || { cat "$copy/configure.log"; exit 2; }
build
walk $((seeds / 4)) || { cat "$copy/walk.log"; complain 'the walk fails without any planted bug'; }
if [ $# -eq 0 ]; then
  set -- "$here"/*.patch
else
  set -- "${@/#/$here/}"
  set -- "${@/%/.patch}"
fi
for patch in "$@"; do
  try "$patch"
done
exit "$failed"
