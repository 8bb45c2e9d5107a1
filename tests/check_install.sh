#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an embedder gets: installs libvoteanchor, compiles the header alone as C99, C17 and C++17,
# builds the example through pkg-config against both libraries, and lets it judge a real receipt.
#   check_install.sh SOURCE BUILD COMPILER [SANITIZERS]
set -eu
source=$1 build=$2 cc=$3 sanitize=${4:+-fsanitize=$4}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
block=0xa76fc1352be070a9c554f53733de4e906f48393eaf2c47f3606746640c983fcd
other=0xa76fc1352be070a9c554f53733de4e906f48393eaf2c47f3606746640c983fce

cmake --install "$build" --prefix "$root" --component libvoteanchor >/dev/null
[ "$(find "$root" -name '*.h' | wc -l)" = 1 ] || { echo 'install: not one header'; exit 1; }

header=$(find "$root" -name voteanchor.h)
strict='-Wall -Wextra -Wpedantic -Werror -fsyntax-only'
# shellcheck disable=SC2086 # flags are words
{
  "$cc" -std=c99 $strict -x c "$header"
  "$cc" -std=c17 $strict -x c "$header"
  if command -v c++ >/dev/null; then
    c++ -std=c++17 $strict -x c++ "$header"
  else
    echo 'install: no C++ compiler, the header was not tried as C++'
  fi
}

pc=$(dirname "$(find "$root" -name voteanchor.pc)")
export PKG_CONFIG_PATH="$pc"
cflags=$(pkg-config --cflags voteanchor)
libs=$(pkg-config --variable=libdir voteanchor)
example=$source/examples/verify_receipt.c
# shellcheck disable=SC2086,SC2046
{
  "$cc" -std=c99 $sanitize $cflags "$example" -o "$root/shared" $(pkg-config --libs voteanchor)
  "$cc" -std=c17 $sanitize $cflags "$example" -o "$root/static" "$libs/libvoteanchor.a"
}

expect() { # expect CODE PROGRAM BLOCK
  code=0
  LD_LIBRARY_PATH=$libs "$root/$2" "$source/examples/receipt.cbor" "$3" >"$root/out" || code=$?
  [ "$code" = "$1" ] || { echo "install: $2 ended with $code, not $1"; cat "$root/out"; exit 1; }
}
for program in shared static; do
  expect 0 $program $block
  grep -q '^included: valid$' "$root/out"
  expect 3 $program $other
  expect 2 $program no-hash 2>/dev/null
done
echo 'install: ok'
