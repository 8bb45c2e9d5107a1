#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the release preset, runs one benchmark, prints a table and writes
# build/bench/NAME.json: an array of {name, value, unit, against, ratio}.
#
#   ./bench.sh NAME [--long]        NAME is one of tests/bench/*.sh
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
cd "$root"

name=${1:-}
long=${2:-}
if [ ! -f "tests/bench/$name.sh" ] || { [ -n "$long" ] && [ "$long" != --long ]; } || [ $# -gt 2 ]; then
  echo "usage: ./bench.sh NAME [--long]   NAME: $(cd tests/bench && echo *.sh | sed 's/\.sh//g')" >&2
  exit 2
fi

# shellcheck source=.ci/setup.sh
. .ci/setup.sh
# shellcheck source=examples/local-chain.sh
. examples/local-chain.sh

set_up ''
bin=$root/build/release/bin
work=$root/build/bench/$name
results=$work/results.ndjson

build() { # build TARGET...
  say "building the release preset into build/release"
  cmake --preset release >build/configure-release.log 2>&1 || { cat build/configure-release.log >&2; exit 1; }
  cmake --build --preset release --target "$@" >build/build-release.log 2>&1 || { tail -n 40 build/build-release.log >&2; exit 1; }
}

# measure NAME COMMAND...: runs it quietly; sets seconds, cpu (seconds) and peak (MiB).
measure() {
  local what=$1 report=$work/measured.json
  shift
  say "$what"
  "$bin/run_measured" "$report" "$@" >"$work/$what.out" 2>"$work/$what.err" ||
    { echo "bench.sh: $* failed:" >&2; tail -n 5 "$work/$what.err" >&2; exit 1; }
  # shellcheck disable=SC2034 # read by the benchmark
  read -r seconds cpu peak < <(node -e 'const m = JSON.parse(require("node:fs").readFileSync(process.argv[1]));
    console.log(m.seconds, (m.user + m.system).toFixed(3), (m.peak_kib / 1024).toFixed(1));' "$report")
}

# record NAME VALUE UNIT [REFERENCE-NAME REFERENCE-VALUE]: one line of the result.
record() {
  printf '{"name":"%s","value":%s,"unit":"%s","reference":"%s","reference_value":%s}\n' \
    "$1" "$2" "$3" "${4:-}" "${5:-null}" >>"$results"
}

value_of() { # value_of NAME FILE: of lines {"name", "value", "unit"}
  node -e 'for (const line of require("node:fs").readFileSync(process.argv[2], "utf8").trim().split("\n")) {
    const { name, value } = JSON.parse(line); if (name === process.argv[1]) console.log(value); }' "$1" "$2"
}

rm -rf "$work"
mkdir -p "$work"
trap chain_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# shellcheck disable=SC1090 # the benchmark that was asked for
. "tests/bench/$name.sh"
node tests/bench/report.mjs "$results" "build/bench/$name.json"
