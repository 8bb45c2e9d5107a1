# SPDX-License-Identifier: Apache-2.0
# What anchoring asks of providers on a calm chain, counted. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2154 # bin and work are bench.sh's

build bench_engine
say 'engine: 20 batches over 1,096 slots, three providers'
"$bin/bench_engine" >"$work/engine.ndjson"
counted() { value_of "$1" "$work/engine.ndjson"; }
record 'sealed to mined, worst' "$(counted delay)" blocks 'promised' 2
record 'writes a hand-out and provider' "$(counted writes)" calls 'promised' 1
record 'reads a batch and provider, beside 2 a slot' "$(counted reads_beside_slots)" calls 'promised' 12
record 'reads a slot and provider, all in all' "$(counted reads_a_slot)" calls
record 'reads a batch and provider, all in all' "$(counted reads)" calls
record 'a turn, processor' "$(counted turn)" us
