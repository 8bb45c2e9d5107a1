# SPDX-License-Identifier: Apache-2.0
# Completion of voteanchor(1) for bash. What the commands take stands in a table below.

# What was typed up to the cursor, in `typed`: bash cuts words at "=", which we do not want.
_voteanchor_typed() {
    local i last=-1
    typed=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        if ((last >= 0)) && [[ ${COMP_WORDS[i]} == = && ${typed[last]} == --* ]]; then
            typed[last]+==
        elif ((last >= 0)) && [[ ${typed[last]} == --*= ]]; then
            typed[last]+=${COMP_WORDS[i]}
        else
            typed[++last]=${COMP_WORDS[i]}
        fi
    done
    [[ ${COMP_WORDS[COMP_CWORD]} != '' || ${typed[last]-} == --*= ]] || typed[last]=
}

# The kind of value that an option takes; fails when it takes none.
_voteanchor_kind() { # _voteanchor_kind OPTION
    local option
    for option in $options $_voteanchor_common; do
        [[ $option == "$1="* ]] && kind=${option#*=} && return 0
    done
    return 1
}

# Command, action and directory of what was typed, and the kind of the last word if an option asks for it.
_voteanchor_read() {
    local i word
    command='' action='' directory='' kind=''
    _voteanchor_words ''
    for ((i = 0; i < ${#typed[@]} - 1; i++)); do
        word=${typed[i]} kind=''
        case $word in
        --dir=*) directory=${word#*=} ;;
        --*=*) ;;
        -*)
            _voteanchor_kind "$word" || continue
            ((i + 1 < ${#typed[@]} - 1)) || return
            i=$((i + 1)) kind=''
            [[ $word == -C || $word == --dir ]] && directory=${typed[i]}
            ;;
        *)
            if [[ $command == '' ]]; then
                command=$word
                _voteanchor_words "$word"
                [[ $words != '' ]] || _voteanchor_table "$word"
            elif [[ $words != '' ]]; then
                action=$word words=
                _voteanchor_table "$command $word"
            fi
            ;;
        esac
    done
    kind=''
}

_voteanchor_reply() { # _voteanchor_reply WORDS CURRENT
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Names out of a command's JSON. The directory may be missing or closed to us: then there are none.
_voteanchor_names() { # _voteanchor_names PROGRAM MEMBER COMMAND...
    local program=$1 member=$2
    shift 2
    "$program" ${directory:+-C "$directory"} "$@" --json 2>/dev/null </dev/null |
        grep -oE "\"$member\": *\"[^\"]*\"" | sed 's/.*: *"//; s/"$//'
}

_voteanchor_value() { # _voteanchor_value PROGRAM KIND CURRENT
    local before
    case $2 in
    file)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$3")
        ;;
    dir)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$3")
        ;;
    register) _voteanchor_reply "$(_voteanchor_names "$1" id register list)" "$3" ;;
    client) _voteanchor_reply "$(_voteanchor_names "$1" client token list)" "$3" ;;
    none) ;;
    ,*)
        [[ $3 == *,* ]] && before=${3%,*},
        compopt -o nospace
        mapfile -t COMPREPLY < <(compgen -P "${before-}" -W "${2//[,|]/ }" -- "${3##*,}")
        ;;
    *) _voteanchor_reply "${2//|/ }" "$3" ;;
    esac
}

_voteanchor() {
    local typed words='' options='' argument=none command action directory kind option
    COMPREPLY=()
    _voteanchor_typed
    local current=${typed[-1]-}
    _voteanchor_read
    if [[ $current == --*=* ]]; then
        _voteanchor_kind "${current%%=*}" || return 0
        _voteanchor_value "$1" "$kind" "${current#*=}"
        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${current%%=*}=}")
    elif [[ $kind != '' ]]; then
        _voteanchor_value "$1" "$kind" "$current"
    elif [[ $current == -* ]]; then
        local names=
        for option in $options $_voteanchor_common; do names+=" ${option%%=*}"; done
        _voteanchor_reply "$names" "$current"
    elif [[ $words != '' ]]; then
        _voteanchor_reply "$words" "$current"
    else
        _voteanchor_value "$1" "$argument" "$current"
    fi
}

complete -F _voteanchor voteanchor
