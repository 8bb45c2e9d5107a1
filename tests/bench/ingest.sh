# SPDX-License-Identifier: Apache-2.0
# Records over HTTP, every acknowledgement on disk: one a request, and a stream
# with and without receipts, beside a bare loop into the same SQLite. --long: on
# top of 10,000,000 stored records, and ten minutes at half the rate. Sourced by
# bench.sh. VOTA_BENCH_STORED and VOTA_BENCH_SOAK shorten --long.
# shellcheck shell=bash disable=SC2154 # bin, work and long are bench.sh's

build bench_ingest

lines=$work/ingest.ndjson
taken() { value_of "$1" "$lines"; }

say 'records over HTTP: 64 connections, a stream, a stream with receipts; and a bare loop'
"$bin/bench_ingest" 200000 "$work" >"$lines"
record 'single' "$(taken single)" records/s 'promised' 6000
record 'single: half of the answers within' "$(taken single.p50)" ms
record 'single: 99 of 100 answers within' "$(taken single.p99)" ms 'promised' 50
record 'ndjson' "$(taken ndjson)" records/s 'raw sqlite' "$(taken bare)"
record 'ndjson with receipts' "$(taken ndjson.receipts)" records/s 'promised' 10000
record 'raw sqlite' "$(taken bare)" records/s
record 'receipts read by id' "$(taken reads)" requests/s
record 'receipts read by id, while a stream writes' "$(taken reads.written)" requests/s

if [ -n "$long" ]; then
  stored=${VOTA_BENCH_STORED:-10000000} soak=${VOTA_BENCH_SOAK:-600}
  say "the same on top of $stored stored records, and $soak s at half the rate"
  "$bin/bench_ingest" 100000 "$work" "$stored" "$soak" >"$lines"
  record "$stored stored: start" "$(taken start)" s 'promised' 1
  record "$stored stored: single" "$(taken single)" records/s
  record "$stored stored: single: 99 of 100 answers within" "$(taken single.p99)" ms
  record "$stored stored: ndjson" "$(taken ndjson)" records/s 'raw sqlite' "$(taken bare)"
  record "$stored stored: ndjson with receipts" "$(taken ndjson.receipts)" records/s
  record 'soak: rate' "$(taken soak.rate)" records/s
  record 'soak: 99 of 100 within, last tenth' "$(taken soak.p99.last)" ms 'the first tenth' "$(taken soak.p99.first)"
  record 'soak: memory after' "$(taken soak.memory.last)" MiB 'after the first tenth' "$(taken soak.memory.first)"
  record 'soak: peak memory' "$(taken soak.memory.peak)" MiB 'promised' 128
  record 'soak: descriptors after' "$(taken soak.descriptors.last)" descriptors 'after the first tenth' "$(taken soak.descriptors.first)"
fi
