# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks of the whole program: a city with one register on
# the node of this machine.
# shellcheck shell=bash disable=SC2154 # bin, work and chain_rpc are bench.sh's

voteanchor() { "$bin/voteanchor" --lang en -C "$work/city" "$@"; }

tomorrow() { date -u -d tomorrow +%Y-%m-%dT%H:%M:00Z; }

member() { # member NAME <JSON
  node -p 'JSON.parse(require("node:fs").readFileSync(0))[process.argv[1]]' "$1"
}

found() { # a directory with keys, a contract, and the register of $work/register.json
  local role owner anchorer
  rm -rf "$work/city"
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$work/password")
  voteanchor init --network dev --city Bench --rpc "$chain_rpc"
  for role in owner anchorer acceptance; do voteanchor key new --role "$role"; done
  owner=$(voteanchor key address --role owner --json | member address)
  anchorer=$(voteanchor key address --role anchorer --json | member address)
  chain_give "$anchorer" 1
  voteanchor deploy --owner "$owner"
  voteanchor register open "$work/register.json"
}

city() { # city RECORDS-A-BATCH: sets contract
  export VOTEANCHOR_KEYS_PASSWORD_FILE=$work/password VOTEANCHOR_BATCH_MAX_RECORDS=$1
  found >"$work/city.out" 2>&1 || { tail -n 5 "$work/city.out" >&2; exit 1; }
  # shellcheck disable=SC2034 # read by the benchmark
  contract=$(voteanchor status --json | member contract)
}
