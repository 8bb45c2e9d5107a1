#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A directory may include only itself and those to its right:
# bridge > rpc > view > proof > keccak, and for the page web/wasm > view > proof > keccak.
# A third party's header is confined to the files that exist to speak with it.
set -eu
cd "${1:-.}"
bad=0
inc() { grep -rnE --include='*.[ch]' "^ *# *include +$1" "$2" 2>/dev/null || true; }
layer() { # layer DIR ALLOWED...
  dir=$1 ok=$(printf '%s|' "$@")
  out=$(inc '"' "$dir" | grep -vE "include +\"(${ok%|})/" || true)
  [ -z "$out" ] || { printf 'layer: %s\n' "$out"; bad=1; }
}
only() { # only HEADER-REGEX FILE-REGEX
  out=$(for d in keccak proof view rpc bridge web/wasm; do inc "<($1)" $d; done | grep -vE "^($2):" || true)
  [ -z "$out" ] || { printf 'only: %s\n' "$out"; bad=1; }
}
layer keccak keccak
layer proof proof keccak
layer view view proof keccak
layer rpc rpc proof keccak
layer bridge bridge rpc view proof keccak
layer web/wasm web/wasm view proof keccak
# Within bridge: what stores, imports, anchors, publishes and audits knows neither HTTP nor the
# service nor commands; HTTP knows neither service nor commands.
within() { # within DIR REGEX-OF-NEIGHBOURS-IT-MUST-NOT-KNOW
  out=$(inc '"' "bridge/$1" | grep -E "include +\"bridge/($2)/" || true)
  [ -z "$out" ] || { printf 'layer: %s\n' "$out"; bad=1; }
}
for part in store import engine publish audit backup page paper site breach; do within $part 'http|serve|cli'; done
within http 'serve|cli'
within serve cli
only 'curl/'      'rpc/transport_curl\.c'
only 'secp256k1'  'rpc/(signer|recover)\.c'
only 'openssl/'   '(rpc/keystore|bridge/crypto)\.c'
only 'jansson'    '(rpc/(jsonrpc|keystore_json|eth(_[a-z]+)?)|bridge/([a-z]+/)?[a-z_]*json)\.[ch]'
only 'sqlite3'    'bridge/store/.*\.[ch]'
only 'csv'        'bridge/import/csv\.c'
only 'ini'        'bridge/config\.c'
only 'qrencode'   'bridge/paper/qr\.c'
only 'microhttpd' 'bridge/http/server_parts\.h'
only 'immintrin'  'keccak/keccak4_avx2\.c'
only '(stdio|stdlib|string|time|errno|unistd|pthread)\.h' '(rpc|bridge)/.*'
[ "$bad" = 0 ] && echo 'layers: ok'
exit "$bad"
