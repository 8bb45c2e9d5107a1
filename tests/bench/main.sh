# SPDX-License-Identifier: Apache-2.0
# What a record costs: first its parts alone, then the whole program on a real
# node, with 10,000, 100,000 and (--long) 1,000,000 records. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2154 # bin, work, long and seconds are bench.sh's
# shellcheck source=tests/bench/lib/city.sh
. tests/bench/lib/city.sh

build voteanchor bench_tree bench_ingest_sql run_measured

# --- the parts ---

parts() {
  local parts=$work/parts.ndjson size
  say 'tree: permutation, leaves, sealing, paths'
  "$bin/bench_tree" "$work/rows.bin" >"$parts"
  say 'tree: the same 10,000 rows by @openzeppelin/merkle-tree'
  node tests/bench/openzeppelin.mjs "$work/rows.bin" >>"$parts"
  part() { value_of "$1" "$parts"; }
  record 'permutation, one at a time' "$(part permutation.one)" ns 'XKCP scalar, published' 297
  if [ -n "$(part permutation.many.avx2)" ]; then
    record 'permutation, four at a time (AVX2)' "$(part permutation.many.avx2)" ns 'XKCP 4-way, published' 104
  fi
  record 'rows to root, 10k' "$(part rows_to_root.10k)" s '@openzeppelin/merkle-tree' "$(part openzeppelin.rows_to_root.10k)"
  for size in 10k 100k 1000k; do record "leaves, $size" "$(part "leaves.$size")" s; done
  record 'seal (sort, tree, root), 10k' "$(part seal.10k)" s
  record 'seal (sort, tree, root), 100k' "$(part seal.100k)" s
  record 'seal (sort, tree, root), 1000k' "$(part seal.1000k)" s 'promised' 0.6
  record 'one path, 1000k' "$(part path.1000k)" us 'promised' 5
}

ingest() {
  say 'import of 200,000 rows, and a bare loop inserting the same rows into SQLite'
  "$bin/bench_ingest_sql" 200000 "$work" >"$work/ingest.ndjson"
  record 'import from CSV, 200k' "$(value_of import.200k "$work/ingest.ndjson")" rows/s \
    'bare SQLite loop' "$(value_of bare_insert.200k "$work/ingest.ndjson")"
}

# --- the whole program ---

register_file() { # an archive of old ballots: closed, but rows still count until tomorrow
  cat <<JSON >"$work/register.json"
{
  "id": "bench", "kind": "vote", "title": "Benchmark", "department": "Bench",
  "options": [{ "id": "a", "en": "A", "ko": "가" }, { "id": "b", "en": "B", "ko": "나" }],
  "choices": { "min": 0, "max": 1 },
  "opens_at": "2026-01-01T00:00:00Z", "closes_at": "2026-01-02T00:00:00Z",
  "counts_until": "$(tomorrow)", "results_by": "$(tomorrow)",
  "anchor_within": 86400, "disclosure": "on_close"
}
JSON
}

records_file() { # records_file COUNT
  awk -v n="$1" 'BEGIN { print "id,voter,choice"
    for (i = 1; i <= n; i++) printf "R%08d,voter-%c%c%08d,%s\n", i, 97 + i % 26, 97 + i % 23, i, i % 3 ? "a" : i % 97 ? "b" : "" }' >"$work/records.csv"
}

program() { # program COUNT LABEL
  local rows_a_second
  say "the whole program with $2 records"
  city 1000000
  records_file "$1"
  measure "import-$2" "$bin/voteanchor" -C "$work/city" import "$work/records.csv" --register bench --cast-at 2026-01-01T12:00:00Z
  rows_a_second=$(awk -v n="$1" -v s="$seconds" 'BEGIN { printf "%.0f", n / s }')
  record "import, $2" "$rows_a_second" rows/s
  record "import, $2: peak memory" "$peak" MiB 'promised' 512
  measure "anchor-$2" "$bin/voteanchor" -C "$work/city" anchor --once
  record "anchor, $2: processor" "$cpu" s
  record "anchor, $2: peak memory" "$peak" MiB 'promised' 512
  measure "close-$2" "$bin/voteanchor" -C "$work/city" register close bench --wait final
  record "close and count, $2: processor" "$cpu" s
  record "close and count, $2: peak memory" "$peak" MiB
  measure "publish-$2" "$bin/voteanchor" -C "$work/city" publish "$work/public"
  record "publish, $2: processor" "$cpu" s
  record "publish, $2: peak memory" "$peak" MiB
  measure "audit-$2" "$bin/voteanchor" audit --contract "$contract" --rpc "$chain_rpc" --data "$work/public"
  record "audit, $2: processor" "$cpu" s
  record "audit, $2: peak memory" "$peak" MiB 'promised' 512
  rm -rf "$work/public"
}

parts
ingest
chain_start "$work"
register_file
program 10000 10k
program 100000 100k
if [ -n "$long" ]; then program 1000000 1000k; fi
