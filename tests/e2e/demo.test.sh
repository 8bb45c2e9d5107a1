#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demo with few records and the program under test: it insists on every exit
# code itself; here, on what it leaves behind, and that Ctrl-C leaves nothing.
#
#   demo.test.sh BUILD_DIR
# shellcheck disable=SC2317 # functions are called through check
set -euo pipefail
build_dir=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$build_dir/e2e-demo
records=300
failed=0

check() { # check WHAT COMMAND...
  local what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "ok: $what"; else echo "FAILED: $what"; failed=1; fi
}

refuses_usage() {
  local code=0
  "$root/demo.sh" "$@" >/dev/null 2>&1 || code=$?
  [ "$code" = 2 ]
}

# Ctrl-C reaches the whole process group, as from a terminal; a shell's own background jobs would
# ignore it, hence env.
interrupted_leaves_nothing() {
  local group anvil tries=0
  rm -rf "$work/interrupted"
  setsid env --default-signal=INT "$root/demo.sh" --lang ko --records "$records" --build-dir "$build_dir" \
    --dir "$work/interrupted" >"$work/interrupted.log" 2>&1 &
  group=$!
  until [ -e "$work/interrupted/guri/secrets/anchorer.json" ] || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  anvil=$(cat "$work/interrupted/anvil.pid")
  kill -0 "$anvil" || anvil=
  kill -INT -- "-$group"
  ! wait "$group" && [ -n "$anvil" ] && vanishes "$anvil" && vanishes "-$group"
}

vanishes() { # vanishes PROCESS-OR-GROUP: its last ones may still be on their way out
  local tries=0
  while kill -0 -- "$1"; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || return 1
    sleep 0.1
  done
}

json() { # json EXPRESSION-OVER-d: true or false
  node -e 'const d = JSON.parse(require("node:fs").readFileSync(process.argv[1]));
    process.exit(eval(process.argv[2]) ? 0 : 1);' "$work/demo/demo.json" "$1"
}

mkdir -p "$work"
check 'an unknown option is refused' refuses_usage --speed 3
check 'too few records are refused' refuses_usage --records 7
check 'Ctrl-C leaves nothing running' interrupted_leaves_nothing

"$root/demo.sh" --lang en --records "$records" --minutes 1 --build-dir "$build_dir" --dir "$work/demo"

check 'every record is in a batch' json "d.entries.filter((e) => e.kind === 2).reduce((n, e) => n + e.count, 0) === $records"
check 'more than one batch was anchored' json 'd.entries.filter((e) => e.kind === 2).length > 1'
check 'three results count every row' json "d.registers.length === 3 && d.registers.reduce((n, r) => n + r.result.rows, 0) === $records"
check 'changed minds are superseded' json 'd.registers[0].result.superseded > 0'
check 'a batch costs what the contract promises' json 'd.entries.filter((e) => e.kind === 2).every((e) => e.gas <= 35600)'
check 'it is called a local test chain' json 'd.network.name === "local test chain" && d.network.chain_id === 31337'
check 'receipts are there' test -s "$work/demo/receipts/INC-000001.receipt.json"
check 'the tampered receipt is there' test -s "$work/demo/tampered.receipt.json"
check 'the publication is there' test -s "$work/demo/public/manifest.json"
check 'the chain was saved' test -s "$work/demo/anvil-state.json"
check 'no secret is in the publication' test -z "$(grep -rlaF -f "$work/demo/service.password" "$work/demo/public" || true)"
exit "$failed"
