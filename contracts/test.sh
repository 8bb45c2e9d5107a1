#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the Solidity tests: no network, nothing written outside build/contracts/. Arguments go to
# forge, as in: contracts/test.sh --match-test anchor -vvv
set -eu

# Some of forge's own paths are relative to where it is called.
cd -- "$(dirname -- "$0")/.."

# forge looks for settings and compilers under HOME; neither may decide what is tested here.
HOME=$PWD/build/contracts/home
# Named here and not by --config-path, which would move the root to the file's own directory.
FOUNDRY_CONFIG=$PWD/contracts/foundry.toml
export HOME FOUNDRY_CONFIG
mkdir -p "$HOME"

# The binary itself, of whichever platform npm installed: the script in .bin exits 0 whatever fails.
forge=$(echo node_modules/@foundry-rs/forge-*/bin/forge)

exec "$forge" test --root . --offline \
    --use contracts/solc-standard-json.mjs "$@"
