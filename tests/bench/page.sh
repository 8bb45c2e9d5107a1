# SPDX-License-Identifier: Apache-2.0
# What the verifier page weighs, and what it takes of a phone's processor. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2154 # bin, work and root are bench.sh's

install_packages chromium fonts-nanum clang lld
build voteanchor web
say 'page: verdicts in a browser that is slowed down four times'
VOTA_PROGRAM=$bin/voteanchor VOTA_PAGE=$root/build/release/web/verify.html \
  node tests/bench/page.mjs >"$work/page.ndjson"
of_page() { value_of "$1" "$work/page.ndjson"; }
for way in online offline; do
  for when in first next; do
    record "$when verdict, $way, besides the network" "$(of_page $way.$when.wall)" ms 'promised' 200
    record "$when verdict, $way, processor" "$(of_page $way.$when.cpu)" ms
  done
done
record 'the page, gzip' "$(of_page bytes.gzip)" bytes 'promised' 256000
record 'the page, brotli' "$(of_page bytes.brotli)" bytes
