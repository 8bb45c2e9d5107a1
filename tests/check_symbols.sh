#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The prefix is the visibility: a name that can collide with an embedder's begins with vota_.
#   check_symbols.sh SOURCE SHARED ARCHIVE...
# The shared library exports exactly what voteanchor.h marks VOTA_API. Names that begin with an
# underscore are the compiler's and the sanitizers'.
set -eu
header=$1/proof/voteanchor.h shared=$2
shift 2
bad=0

wanted=$(sed -n 's/^VOTA_API .*[ *]\(vota_[a-z0-9_]*\)(.*/\1/p' "$header" | sort)
exported=$(nm -D --defined-only "$shared" | awk '$3 !~ /^_/ { print $3 }' | sort)
[ -n "$wanted" ] || { echo "symbols: nothing is marked VOTA_API in $header"; bad=1; }
if [ "$wanted" != "$exported" ]; then
  printf 'symbols: marked VOTA_API:\n%s\nexported by %s:\n%s\n' "$wanted" "$shared" "$exported"
  bad=1
fi

for archive in "$@"; do
  others=$(nm -g --defined-only "$archive" 2>/dev/null | awk 'NF == 3 && $3 !~ /^(vota_|_)/ { print $3 }')
  [ -z "$others" ] || { printf 'symbols: %s defines %s\n' "$archive" "$others"; bad=1; }
  # Only those two layers are freestanding; the sanitizers' own calls begin with an underscore.
  case $archive in */libvoteanchor.a)
    libc=$(nm -u "$archive" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u |
      grep -vE '^(vota_|_|mem(cpy|set|move|cmp)$)' || true)
    [ -z "$libc" ] || { printf 'symbols: %s needs %s\n' "$archive" "$libc"; bad=1; } ;;
  esac
done
[ "$bad" = 0 ] && echo 'symbols: ok'
exit "$bad"
