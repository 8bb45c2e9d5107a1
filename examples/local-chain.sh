# SPDX-License-Identifier: Apache-2.0
# Sourced by demo.sh and bench.sh: a real Ethereum node (Anvil) on this machine,
# on a free port of the loopback interface, ended by its process id.
# shellcheck shell=bash disable=SC2154 # root is whoever sources this
#
#   chain_start DIR [CHAIN-ID]   starts it; its process id, its log and, at its end, its state are in DIR;
#                     sets chain_rpc
#   chain_stop        ends it and waits until it has saved its state
#   chain_give ADDRESS ETHER
#   chain_final MEMBER   of the finalized block: number, timestamp, ...

# The binaries themselves: the scripts that npm links would be a process between.
chain_tool() { printf '%s\n' "$root/node_modules/@foundry-rs/$1"-*/bin/"$1"; }

# The first of the accounts that Anvil fills with play money and signs for itself.
chain_bank=0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266
chain_pid=
chain_rpc=

chain_start() {
  local tries=0
  chain_rpc=
  "$(chain_tool anvil)" --host 127.0.0.1 --port 0 --chain-id "${2:-31337}" --block-time 1 \
    --slots-in-an-epoch 1 --hardfork osaka --dump-state "$1/anvil-state.json" >"$1/anvil.log" 2>&1 &
  chain_pid=$!
  chain_pid_file=$(realpath "$1")/anvil.pid
  echo "$chain_pid" >"$chain_pid_file"
  until [ -n "$chain_rpc" ]; do
    chain_rpc=$(sed -n 's|^Listening on \(127.0.0.1:[0-9]*\)$|http://\1|p' "$1/anvil.log" 2>/dev/null || true)
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -0 "$chain_pid" 2>/dev/null; then
      echo "Anvil did not start; see $1/anvil.log" >&2
      return 1
    fi
    sleep 0.1
  done
  # Anvil's own first block holds no provable state: begin when a later one is final.
  until [ "$(chain_final number)" -gt 0 ]; do sleep 0.2; done
}

chain_stop() {
  if [ -n "$chain_pid" ] && kill "$chain_pid" 2>/dev/null; then
    wait "$chain_pid" 2>/dev/null || true
    rm -f "$chain_pid_file"
  fi
  chain_pid=
}

chain_give() {
  "$(chain_tool cast)" send --from "$chain_bank" --unlocked --value "${2}ether" --rpc-url "$chain_rpc" "$1" >/dev/null
}

chain_final() { "$(chain_tool cast)" block finalized --field "$1" --rpc-url "$chain_rpc"; }
