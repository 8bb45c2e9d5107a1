#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No branch and no index depends on a key; and one that did would be noticed.
#
#   ctime.sh VALGRIND PROGRAM SUPPRESSIONS
set -eu
valgrind=$1 program=$2 suppressions=$3
watch() { # watch ARGUMENT...: valgrind's verdict; 9 is its own
  "$valgrind" --quiet --error-exitcode=9 --leak-check=no --suppressions="$suppressions" "$program" "$@"
}
watch || { printf 'ctime: the signer depends on its key (%s)\n' "$?"; exit 1; }
code=0
watch leak >/dev/null 2>&1 || code=$?
[ "$code" = 9 ] || { printf 'ctime: a branch on a key was not noticed (%s)\n' "$code"; exit 1; }
echo 'ctime: ok'
