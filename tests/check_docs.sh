#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Documents must not rot: every link leads to a file, every command line of ours
# is understood by the program as built, every script and preset named exists.
#
#   check_docs.sh PROGRAM [ROOT]
set -euo pipefail
program=$(realpath "$1")
cd "${2:-.}"
bad=0
complain() { printf 'docs: %s\n' "$*"; bad=1; }

links=0
check_links() { # check_links DOCUMENT
  local target
  while IFS= read -r target; do
    case "$target" in http://* | https://* | '#'* | '') continue ;; esac
    links=$((links + 1))
    [ -e "$(dirname "$1")/${target%%#*}" ] || complain "$1: link to $target leads nowhere"
  done < <(grep -oE '\]\([^)]+\)' "$1" | sed -E 's/^\]\((.*)\)$/\1/')
}

# shellcheck disable=SC2016 # backquotes of Markdown
# Lines that begin with the program's name, in code blocks and in `code`.
command_lines() { # command_lines DOCUMENT
  awk '/^ *```/ { code = !code; next } code' "$1" | sed -nE 's/^ *(\$ )?([^ ]*\/)?voteanchor /voteanchor /p'
  grep -oE '`voteanchor [^`]+`' "$1" | tr -d '`' || true
}

commands=0
check_commands() { # check_commands DOCUMENT: the program's own parser judges, --help keeps it from acting
  local document=$1 line
  while IFS= read -r line; do
    case "$line" in *COMMAND* | *'…'* | *' ... '*) continue ;; esac
    commands=$((commands + 1))
    line=${line//\$(*)/0x00000000000000000000000000000000000000aa} # what a $(command) would put in
    # A shell's own part is no argument: where output goes, what comes next, variables.
    line=$(sed -E 's/ +(>|\|) .*//; s/ +&$//; s/\$[a-z_]+/0x00000000000000000000000000000000000000aa/g' <<<"$line")
    eval "set -- $line"
    shift
    case "$line" in *--help*) ;; *) set -- "$@" --help ;; esac
    "$program" "$@" >/dev/null 2>&1 || complain "$document: not understood by the program: $line"
  done < <(command_lines "$document")
}

check_scripts() { # check_scripts DOCUMENT: ./name.sh from the root, presets of CMakePresets.json
  local name
  while IFS= read -r name; do
    [ -x "$name" ] || complain "$1: $name is not there or cannot be run"
  done < <(grep -oE '\./[a-z_]+\.sh' "$1" | sort -u)
  while IFS= read -r name; do
    grep -q "\"name\": \"$name\"" CMakePresets.json || complain "$1: no preset called $name"
  done < <(grep -oE -e '--preset [a-z]+' "$1" | cut -d' ' -f2 | sort -u)
}

for document in *.md docs/*.md contracts/*.md; do
  [ -e "$document" ] || continue
  check_links "$document"
  check_commands "$document"
  check_scripts "$document"
done
[ "$commands" -gt 20 ] || complain "only $commands command lines found: the search is broken"
[ "$bad" = 0 ] && echo "docs: ok ($links links, $commands command lines)"
exit "$bad"
