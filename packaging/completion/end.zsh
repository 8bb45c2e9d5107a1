
_voteanchor "$@"
