# SPDX-License-Identifier: Apache-2.0
# The main job on 80,101 real ballots of a city's election, in batches of 4,096
# as the configuration has it. The files lie beside the checkout, or where
# VOTA_BALLOTS says. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2154 # root, bin, work and seconds are bench.sh's
# shellcheck source=tests/bench/lib/city.sh
. tests/bench/lib/city.sh

data=${VOTA_BALLOTS:-$root/../shared/data}
ballots=$data/minneapolis-2013-mayor.csv
expected=$data/minneapolis-2013-mayor.expected.json
[ -f "$ballots" ] || { echo "bench.sh: no ballots in $data" >&2; exit 1; }

build voteanchor run_measured

about() { node tests/bench/lib/ballots.mjs "$@"; }

phase() { # phase NAME COMMAND...: its wall clock and its memory
  local name=$1
  shift
  measure "$name" "$@"
  record "$name" "$seconds" s
  record "$name: peak memory" "$peak" MiB
}

chain_start "$work"
about definition "$expected" "$(tomorrow)" >"$work/register.json"
city 4096
phase import "$bin/voteanchor" -C "$work/city" import "$ballots" --register mayor-2013 \
  --map id=ballot,voter=ballot,choice=first_choice --cast-at 2013-11-05T18:00:00Z
phase anchor "$bin/voteanchor" -C "$work/city" anchor --once --wait final
phase close "$bin/voteanchor" -C "$work/city" register close mayor-2013 --wait final --json
about compare "$expected" "$work/close.out"
phase publish "$bin/voteanchor" -C "$work/city" publish "$work/public"
phase audit "$bin/voteanchor" audit --contract "$contract" --rpc "$chain_rpc" --data "$work/public"
record 'gas of all batches' "$(about gas "$work/public/journal.ndjson" "$chain_rpc")" gas
