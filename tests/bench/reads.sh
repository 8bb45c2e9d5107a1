# SPDX-License-Identifier: Apache-2.0
# What citizens read while records come in, and what finding a leaf costs at sealing. Sourced by
# bench.sh.
# shellcheck shell=bash disable=SC2154 # bin, work and long are bench.sh's

install_packages wrk
build bench_reads
directory=${VOTA_BENCH_DIR:-/var/tmp}
if [ -n "$long" ]; then
  reads='1000000 100000'
else
  reads='200000 100000'
fi
read -r rows batch <<<"$reads"
say "reads: proofs and receipts of $rows final records, 500 coming in a second"
"$bin/bench_reads" "$rows" "$directory" "$batch" 10 >"$work/reads.ndjson"
timed() { value_of "$1" "$work/reads.ndjson" | tail -n 1; }
record 'proof by leaf, while 500 records/s come in' "$(timed proof)" requests/s 'promised' 10000
record 'proof by leaf, p99' "$(timed proof.p99)" ms
record 'proof by leaf, processor of the service' "$(timed proof.cpu)" us
record 'proof by leaf, nothing beside it' "$(timed proof.alone)" requests/s
record 'receipt by id, signed each time' "$(timed receipt)" requests/s
record 'state by id' "$(timed state)" requests/s
record 'peak memory of the service' "$(timed memory)" MiB 'at most' 128
record "sealing $batch rows" "$(timed seal)" ms 'without the index over leaves' "$(timed seal.without)"
