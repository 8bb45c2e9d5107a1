#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion as bash asks for it: words are typed, the function that `complete` registered answers.
# Everything that help names must be offered.
#   completion.bash PROGRAM COMPLETION
set -euo pipefail
program=$(realpath "$1") completion=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
bad=0 cases=0

# A program whose lists are known: only what completion itself runs is answered.
mkdir bin 'a directory'
cat >bin/voteanchor <<'END'
#!/bin/sh
case "$*" in
"-C guri register list --json") echo '{"registers":[{"id":"incinerator-2026","state":"open"},{"id": "dasan-2026"}]}' ;;
"token list --json") echo '{"tokens": [{"client": "homepage", "scopes": "read"}]}' ;;
*) exit 1 ;;
esac
END
chmod +x bin/voteanchor
PATH=$scratch/bin:$PATH
touch votes.csv

# shellcheck source=/dev/null
. "$completion"
complete -p voteanchor | grep -q -- '-F _voteanchor voteanchor' || { echo 'completion: not registered'; exit 1; }

# Outside of a real completion compopt has nothing to act on.
compopt() { :; }

answers() { # answers WORD...: what is offered for the last word, sorted, in one line
    local -a COMP_WORDS=(voteanchor "$@") COMPREPLY=()
    local COMP_CWORD=$#
    _voteanchor voteanchor "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd' '
}

expect() { # expect ANSWERS WORD...
    local wanted=$1 got
    shift
    cases=$((cases + 1))
    got=$(answers "$@")
    [ "$got" = "$wanted" ] || { echo "completion: $*: wanted '$wanted', got '$got'"; bad=1; }
}

expect 'verify version' ve
expect 'address import new' key ''
expect '--role' key new --ro
expect 'acceptance anchorer owner' key new --role ''
expect 'anchorer' key new --role an
expect 'anchorer' key new --role = an
expect 'acceptance anchorer owner' key new --role =
expect 'en ko' --lang ''
expect 'mined' register open x.json --wait m
expect 'votes.csv' import vo
expect 'a directory bin' publish ''
expect 'dasan-2026 incinerator-2026' -C guri register show ''
expect 'dasan-2026 incinerator-2026' -C guri import votes.csv --register ''
expect '' register show ''
expect 'homepage' token revoke ''
expect 'submit,admin submit,read submit,submit' token new site --scope submit,
expect '' tx explain ''
expect '' no-such-command ''
expect '--json' -C guri status --js
expect 'custom dev hoodi mainnet sepolia' init --network ''

# What help lists, a line each: "  name  explanation" below the heading Commands.
listed() { # listed COMMAND...
    "$program" --lang en "$@" --help | awk '/^Commands$/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }'
}
options() { # options COMMAND [ACTION]: with their letters
    "$program" --lang en "$@" --help | awk '/^Options$/ { on = 1; next } /^$/ { on = 0 } on && /^  -/ { print }' |
        sed -E 's/^  ((-[a-zA-Z]), )?(--[a-z-]+).*/\2 \3/' | tr ' ' '\n' | grep . | LC_ALL=C sort | paste -sd' '
}
check_options() {
    expect "$(options "$@")" "$@" -
}

commands=$(listed)
expect "$(LC_ALL=C sort <<<"$commands" | paste -sd' ')" ''
for command in $commands; do
    actions=$(listed "$command")
    if [ -z "$actions" ]; then
        check_options "$command"
        continue
    fi
    expect "$(LC_ALL=C sort <<<"$actions" | paste -sd' ')" "$command" ''
    for action in $actions; do check_options "$command" "$action"; done
done
[ "$cases" -gt 50 ] || { echo "completion: only $cases cases"; bad=1; }
[ "$bad" = 0 ] && echo "completion: bash ok ($cases cases)"
exit "$bad"
