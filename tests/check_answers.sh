#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The catalogue of answers is closed: every code of proof/answer.c has a title and a sentence in
# both languages and no other code has; docs/ANSWERS.md says what text/ says; a title begins with
# the verdict that the code's letter stands for; "counted" is said by what counts and nothing else.
#
#   check_answers.sh [ROOT]
#   check_answers.sh ROOT table     prints the table that docs/ANSWERS.md must hold
set -eu
cd "${1:-.}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
complain() { # complain MESSAGE LIST-FILE
  [ -s "$2" ] || return 0
  sed "s/^/answers: $1: /" "$2"
  bad=1
}

sed -n 's/.*CODE("\([VNC][0-9][0-9]\)", true).*/\1\n\1P/p; s/.*CODE("\([VNC][0-9][0-9]\)", false).*/\1/p' \
  proof/answer.c > "$scratch/codes"
[ "$(wc -l < "$scratch/codes")" -gt 40 ] || { echo 'answers: no codes in proof/answer.c'; bad=1; }
sort "$scratch/codes" | uniq -d > "$scratch/twice"
complain 'given twice' "$scratch/twice"

sed 's/.*/answer.&.sentence\nanswer.&.title/' "$scratch/codes" | LC_ALL=C sort > "$scratch/wanted"
for lang in en ko; do
  sed -n 's/^  "\(answer\.[^"]*\)": "\(.*\)",\{0,1\}$/\1\t\2/p' text/$lang.json > "$scratch/$lang"
  cut -f1 "$scratch/$lang" | LC_ALL=C sort > "$scratch/there"
  LC_ALL=C comm -3 "$scratch/wanted" "$scratch/there" | tr -d '\t' > "$scratch/differ"
  complain "$lang.json: without its code or its sentence" "$scratch/differ"
done

# starts LANG LETTER REGEX: what titles of a letter begin with
starts() {
  awk -F '\t' -v letter="^answer[.]$2[0-9]+P?[.]title$" -v begin="^($3)" \
    '$1 ~ letter && $2 !~ begin { print $1 ": " $2 }' "$scratch/$1" > "$scratch/begin"
  complain "$1.json: a title that does not say its verdict" "$scratch/begin"
}
starts en V 'Valid: |Counted'
starts en N 'Not valid: |Promise broken|Does not count'
starts en C 'Could not check'
starts ko V '유효: |집계됨'
starts ko N '유효하지 않음: |지켜지지 않은 약속|집계에 들어가지 않음'
starts ko C '확인할 수 없음|아직 확인할 수 없음'
awk -F '\t' '/[Cc]ounted|집계됨|집계되었/ && $1 !~ /^answer[.]V1[01]P?[.]/ { print $1 }' \
  "$scratch/en" "$scratch/ko" > "$scratch/counted"
complain 'says "counted" of what does not count' "$scratch/counted"

# What a P adds is the same everywhere, so that the table need not show it.
for lang in en ko; do
  awk -F '\t' '{ text[$1] = $2 } END {
    for (key in text) if (key ~ /P[.]/) {
      base = key; sub(/P[.]/, ".", base); kind = key; sub(/.*[.]/, "", kind)
      if (substr(text[key], 1, length(text[base])) != text[base]) print key
      else { more = substr(text[key], length(text[base]) + 1); if (more == "" || (kind in add && add[kind] != more)) print key; add[kind] = more }
    } }' "$scratch/$lang" > "$scratch/more"
  complain "$lang.json: is not its code's text and what all others add" "$scratch/more"
done

awk -F '\t' 'FILENAME == ARGV[1] { en[$1] = $2; next } FILENAME == ARGV[2] { ko[$1] = $2; next }
  !/P$/ { t = "answer." $1 ".title"; s = "answer." $1 ".sentence"
    printf "| %s | **%s.** %s | **%s.** %s |\n", $1, en[t], en[s], ko[t], ko[s] }' \
  "$scratch/en" "$scratch/ko" "$scratch/codes" > "$scratch/table"
if [ "${2:-}" = table ]; then
  cat "$scratch/table"
  exit 0
fi
grep -E '^\| [VNC][0-9]' docs/ANSWERS.md > "$scratch/documented" || true
diff "$scratch/table" "$scratch/documented" > "$scratch/differ" || true
complain 'docs/ANSWERS.md differs from text/' "$scratch/differ"
for lang in en ko; do
  awk -F '\t' '$1 == "answer.V10.title" { a = length($2) } $1 == "answer.V10P.title" { print substr($2, a + 1) }
    $1 == "answer.V10.sentence" { b = length($2) } $1 == "answer.V10P.sentence" { print substr($2, b + 1) }' \
    "$scratch/$lang" | sed 's/^ *//' | while IFS= read -r words; do
    grep -qF -e "$words" docs/ANSWERS.md || echo "$words"
  done > "$scratch/unsaid"
  complain 'docs/ANSWERS.md does not say what a P adds' "$scratch/unsaid"
done

[ "$bad" = 0 ] && echo "answers: ok ($(wc -l < "$scratch/codes") codes)"
exit "$bad"
