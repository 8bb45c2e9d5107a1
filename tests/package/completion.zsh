#!/bin/zsh -f
# SPDX-License-Identifier: Apache-2.0
# Completion as zsh asks for it: an interactive zsh on a terminal of its own, words typed, TAB pressed.
#   completion.zsh DIRECTORY-OF-_voteanchor
zmodload zsh/zpty zsh/zselect || exit 1
scratch=$(mktemp -d)
trap 'rm -rf $scratch' EXIT
bad=0 cases=0
touch $scratch/votes.csv
cat >$scratch/.zshrc <<END
fpath=(${(q)1:a} \$fpath)
autoload -U compinit; compinit -u -D
PS1='ready> ' LISTMAX=1000
unsetopt list_beep list_ambiguous
cd ${(q)scratch}
print -r -- "set up: \${_comps[voteanchor]}"
END

zpty shell "ZDOTDIR=${(q)scratch} TERM=dumb zsh -d -i"

# What comes on the terminal until it holds a text, or until nothing more comes for half a second.
heard() { # heard [TEXT]
    local part quiet=0
    REPLY=
    while ((quiet < (${#1} ? 200 : 10))); do
        if zpty -r -t shell part; then
            REPLY+=$part quiet=0
        else
            ((quiet++))
            zselect -t 5
        fi
        [[ -z $1 || $REPLY != *$1* ]] || return 0
    done
}

expect() { # expect LINE WORD...: each word is offered or filled in
    local line=$1 word
    shift
    ((cases++))
    zpty -n -w shell "$line"$'\t'
    heard ''
    for word in $@; do
        [[ $REPLY == *$word* ]] || { print "completion: zsh: $line: no $word in: ${(V)REPLY}"; bad=1; }
    done
    zpty -n -w shell $'\x15'
    heard ''
}

heard 'set up: _voteanchor'
[[ $REPLY == *'set up: _voteanchor'* ]] || { print "completion: zsh did not set up: ${(V)REPLY}"; exit 1; }
expect 'voteanchor ' audit verify publish
expect 'voteanchor key ' new import address
expect 'voteanchor key new --role ' owner anchorer acceptance
expect 'voteanchor key new --' password-file role lang
expect 'voteanchor -C guri register open --wait m' mined
expect 'voteanchor import vot' votes.csv
expect 'voteanchor --lang ' en ko
zpty -d shell
((bad == 0)) && print "completion: zsh ok ($cases cases)"
exit $bad
