#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What people read: every sentence has its twin with the same placeholders, every
# key is used somewhere, every key that the program names is there.
#
# A key counts as used where it stands in quotes in bridge/, packaging/ or web/, or without
# the beginning that the program adds itself:
#   reason.CODE and other codes below: CODE stands in quotes
#   KEY.next: KEY is used (what to do after an error)
#   a group below: the code puts "group." before a word of the protocol (answers: check_answers.sh)
set -eu
cd "${1:-.}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
complain() { # complain MESSAGE LIST-FILE
  [ -s "$2" ] || return 0
  sed "s/^/text: $1: /" "$2"
  bad=1
}

# One line a key, sorted, as an editor and a merge can bear it.
for lang in en ko; do
  sed -n 's/^  "\([^"]*\)": "\(.*\)",\{0,1\}$/\1\t\2/p' text/$lang.json > "$scratch/$lang"
  cut -f1 "$scratch/$lang" > "$scratch/$lang.keys"
  [ "$(wc -l < "$scratch/$lang")" = "$(grep -c '": ' text/$lang.json)" ] ||
    { echo "text: $lang.json: a line is not of the form   \"key\": \"sentence\","; bad=1; }
  LC_ALL=C sort -c "$scratch/$lang.keys" 2> "$scratch/order" || complain "$lang.json is not sorted" "$scratch/order"
done
LC_ALL=C comm -3 "$scratch/en.keys" "$scratch/ko.keys" | tr -d '\t' > "$scratch/twins"
complain 'without its twin' "$scratch/twins"

# The set of placeholder names of each sentence.
for lang in en ko; do
  awk -F '\t' '{
    text = $2; n = 0; names = ""
    while (match(text, /\{[^}]*\}/)) {
      name = substr(text, RSTART + 1, RLENGTH - 2); sub(/\|.*/, "", name)
      if (index(names " ", " " name " ") == 0) { names = names " " name; list[++n] = name }
      text = substr(text, RSTART + RLENGTH)
    }
    for (i = 2; i <= n; i++) for (k = i; k > 1 && list[k] < list[k - 1]; k--) { swap = list[k]; list[k] = list[k - 1]; list[k - 1] = swap }
    line = $1; for (i = 1; i <= n; i++) line = line " {" list[i] "}"
    print line
  }' "$scratch/$lang" > "$scratch/$lang.names"
done
LC_ALL=C comm -3 "$scratch/en.names" "$scratch/ko.names" | tr -d '\t' > "$scratch/names"
complain 'placeholders differ' "$scratch/names"

words() { # words DIR...: every quoted word of its code, once
  find "$@" -type f \( -name '*.[ch]' -o -name '*.sql' -o -name '*.ts' -o -name '*.mts' -o -name '*.html' \) \
    ! -path '*/node_modules/*' -exec cat {} + 2> /dev/null |
    grep -oE "[\"'\`][a-z][A-Za-z0-9_.-]*[\"'\`]" | tr -d "\"'\`" | LC_ALL=C sort -u
}
words keccak proof rpc bridge packaging web > "$scratch/words" || true
codes='reason|import|problem|audit'
groups='breach.finding|breach.missing|breach.outcome|breach.sentence|answer|definition.kind|definition.revision|definition.disclosure|finding|sender|verdict|audit.headline|audit.part|salt|site.answer|site.reason|site.found|web|page.heads|page.question|page.record|page.refused|page.state|page.step|page.trust|page.way|page.way-of'
awk -v codes="^($codes)\\\\." -v groups="^($groups)\\\\." 'FILENAME == ARGV[1] { word[$1] = 1; next }
  {
    base = code = $1; sub(/\.next$/, "", base); sub(codes, "", code)
    if (!($1 in word || base in word || code in word || $1 ~ groups)) print
  }' "$scratch/words" "$scratch/en.keys" > "$scratch/unused"
complain 'used nowhere' "$scratch/unused"

# A dotted word of the command line or the page whose group the catalogue has must be a key of it;
# but names of files and of configuration keys are not meant.
words bridge/cli packaging web > "$scratch/spoken" || true
awk -F . 'FILENAME == ARGV[1] { key[$0] = 1; group[$1] = 1; next }
  NF > 1 && $1 in group && !($0 in key) && !("config." $0 in key) && $NF !~ /^(|c|h|json|ini|db|lock|html|js)$/' \
  "$scratch/en.keys" "$scratch/spoken" > "$scratch/missing"
complain 'named in the code, not in the catalogue' "$scratch/missing"

[ "$bad" = 0 ] && echo "text: ok ($(wc -l < "$scratch/en.keys") sentences in two languages)"
exit "$bad"
