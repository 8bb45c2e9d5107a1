#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole path once, with the real program on a real Ethereum node of this
# machine: keys, contract, three registers, 20,000 records, batches, results,
# receipts, verification, publication and audit. Leaves build/demo/ for a look.
#
#   ./demo.sh [--lang en|ko] [--records N] [--minutes N] [--stay] [--build-dir DIR] [--dir DIR]
set -euo pipefail

usage() { # on stderr, and fails; or as was asked for
  [ "${1:-}" = asked ] || exec >&2
  echo 'usage: ./demo.sh [--lang en|ko] [--records N] [--minutes N] [--stay] [--build-dir DIR] [--dir DIR]'
  echo '  --records N      how many records, 100 or more (20000)'
  echo '  --minutes N      how long the registers are open (2)'
  echo '  --stay           the chain goes on, for exercises: docs/OPERATIONS.ko.md'
  echo '  --build-dir DIR  use the program built there; nothing is installed or built'
  echo '  --dir DIR        where to work, made anew (build/demo)'
  if [ "${1:-}" = asked ]; then exit 0; fi
  exit 2
}

language_of_environment() {
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in ko*) echo ko ;; *) echo en ;; esac
}

lang=$(language_of_environment)
records=20000
minutes=2
stays=
build_dir=
dir=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage asked ;;
    --stay)
      stays=1
      shift
      continue
      ;;
  esac
  [ $# -ge 2 ] || usage
  case "$1" in
    --lang) lang=$2 ;;
    --records) records=$2 ;;
    --minutes) minutes=$2 ;;
    --build-dir) build_dir=$(realpath "$2") || usage ;;
    --dir) dir=$(realpath -m "$2") ;;
    *) usage ;;
  esac
  shift 2
done
case "$lang" in en | ko) ;; *) usage ;; esac
case "$records$minutes" in *[!0-9]*) usage ;; esac
if [ "$records" -lt 100 ] || [ "$minutes" -lt 1 ]; then usage; fi

root=$(cd "$(dirname "$0")" && pwd)
dir=${dir:-$root/build/demo}
cd "$root"
# shellcheck source=.ci/setup.sh
. .ci/setup.sh
# shellcheck source=examples/local-chain.sh
. examples/local-chain.sh
started=$SECONDS

# --- how the demo speaks -----------------------------------------------------

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'
else
  bold='' dim='' plain=''
fi

t() { # t ENGLISH KOREAN
  if [ "$lang" = ko ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

step_number=0
step() { # step ENGLISH KOREAN
  step_number=$((step_number + 1))
  printf '\n%s%d. %s%s  %s[%d s]%s\n' "$bold" "$step_number" "$(t "$1" "$2")" "$plain" "$dim" \
    $((SECONDS - started)) "$plain"
}

note() { printf '   %s\n' "$(t "$1" "$2")"; }

fail() {
  printf '\n%sdemo.sh: %s%s\n' "$bold" "$(t "$1" "$2")" "$plain" >&2
  exit 1
}

quoted() { # the words as one would type them
  local word
  for word in "$@"; do
    case "$word" in *[!A-Za-z0-9_@%+=:,./-]*) word="'$word'" ;; esac
    printf ' %s' "$word"
  done
}

show() { printf '%s  $%s%s\n' "$dim" "$(quoted "$@")" "$plain"; }

expect() { # expect EXIT-CODE COMMAND...: shows it, runs it, insists on how it ends
  local wanted=$1 code=0
  shift
  show "$@"
  "$@" || code=$?
  [ "$code" = "$wanted" ] ||
    fail "this command should have ended with $wanted, and ended with $code" \
      "이 명령은 종료 코드 ${wanted}(으)로 끝나야 하는데 ${code}(으)로 끝났습니다"
  [ "$wanted" = 0 ] || note "(exit code $code, as it should be)" "(예상한 종료 코드 $code)"
}

run() { expect 0 "$@"; }

# A locale that is not installed is no matter: the program only reads its name.
voteanchor() {
  if [ "$lang" = ko ]; then
    env LC_ALL=ko_KR.UTF-8 "$bin/voteanchor" "$@"
  else
    env -u LC_ALL -u LC_MESSAGES LANG="${LANG:-C.UTF-8}" "$bin/voteanchor" --lang en "$@"
  fi
}

# --- time ----------------------------------------------------------

now() { date +%s; }
utc() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

wait_until() { # wait_until UNIX-TIME ENGLISH KOREAN
  local left
  note "$2" "$3"
  while left=$(($1 - $(now))) && [ "$left" -gt 0 ]; do
    [ -t 1 ] && printf '\r   %3d s ' "$left"
    sleep 1
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

# What a shell needs to go on where the demo ends.
leave_chain() {
  cat >practice.sh <<EOF
# Source this in bash to go on with this demo's chain, directory and keys; chain_stop ends the chain.
root=$root
. "\$root/examples/local-chain.sh"
chain_pid=$chain_pid
chain_pid_file=$chain_pid_file
chain_rpc=$chain_rpc
contract=$contract
cd "$dir"
PATH=$bin:\$PATH
export VOTEANCHOR_KEYS_PASSWORD_FILE="$dir/service.password"
EOF
  note "The chain goes on. In this shell or another: . $dir/practice.sh" \
    "체인은 계속 실행됩니다. 이 셸이나 다른 셸에서: . $dir/practice.sh"
  chain_pid=
}

# shellcheck disable=SC2317 # by trap
clean_up() {
  local code=$?
  trap - EXIT INT TERM HUP
  chain_stop
  exit "$code"
}

# --- the parts of the demo ---------------------------------------------------

build() {
  if [ -n "$build_dir" ]; then
    bin=$build_dir/bin
    [ -x "$bin/voteanchor" ] || fail "there is no program in $bin" "$bin 에 프로그램이 없습니다"
    return
  fi
  set_up ''
  mkdir -p build
  say "$(t 'building the release preset into build/release' '배포용 설정으로 빌드합니다 (build/release)')"
  cmake --preset release >build/configure-release.log 2>&1 || { cat build/configure-release.log >&2; exit 1; }
  cmake --build --preset release --target voteanchor web_page salt >build/build-release.log 2>&1 || { tail -n 40 build/build-release.log >&2; exit 1; }
  bin=$root/build/release/bin
}

make_directory() { # an earlier demo makes room; anything else does not
  if [ -e "$dir" ] && [ "$dir" != "$root/build/demo" ] && [ ! -e "$dir/.demo" ]; then
    fail "$dir is there, and is no demo's" "$dir 이(가) 이미 있으며 데모 디렉터리가 아닙니다"
  fi
  rm -rf "$dir"
  mkdir -p "$dir/input"
  cd "$dir"
  touch .demo
}

private_file() { # private_file NAME: a password that nobody chose, for its owner's eyes only
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

# Registers open at the next full minute that leaves time for the keys and the contract.
plan_times() {
  opens_at=$((($(now) + 20 + 59) / 60 * 60))
  closes_at=$((opens_at + minutes * 60))
  counts_until=$((closes_at + 10 + 20 * minutes))
  results_by=$((closes_at + 3600))
}

definition() { # definition NAME: the operator's file with its times filled in
  sed -e "s/@OPENS_AT@/$(utc "$opens_at")/; s/@CLOSES_AT@/$(utc "$closes_at")/" \
    -e "s/@COUNTS_UNTIL@/$(utc "$counts_until")/; s/@RESULTS_BY@/$(utc "$results_by")/" \
    "$root/examples/guri/$1.json" >"input/$1.json"
}

make_keys() {
  private_file service.password
  private_file owner.password
  show export VOTEANCHOR_KEYS_PASSWORD_FILE="$PWD/service.password"
  export VOTEANCHOR_KEYS_PASSWORD_FILE="$PWD/service.password"
  run voteanchor -C guri key new --role owner --password-file owner.password
  run voteanchor -C guri key new --role anchorer
  run voteanchor -C guri key new --role acceptance
  owner=$(voteanchor -C guri key address --role owner --json | field address)
  anchorer=$(voteanchor -C guri key address --role anchorer --json | field address)
  note 'The faucet of the test chain gives the new anchorer 1 ETH.' '테스트 체인의 수도꼭지(faucet)에서 새 anchorer 계정으로 1 ETH를 보냅니다.'
  chain_give "$anchorer" 1
}

field() { # field PATH <JSON: one member, as text
  node -e 'let text = ""; process.stdin.on("data", (d) => (text += d)).on("end", () => {
    console.log(process.argv[1].split(".").reduce((o, name) => o[name], JSON.parse(text))); });' "$1"
}

first_wave() {
  run voteanchor -C guri import input/incinerator.csv --register incinerator-2026 \
    --map id=접수번호,voter=투표자,choice=선택,cast_at=투표시각
  run voteanchor -C guri import input/transfer-station.ndjson
  run voteanchor -C guri anchor --once --wait mined
}

second_wave() {
  run voteanchor -C guri import input/dasan-traffic.csv
  run voteanchor -C guri import input/incinerator-again.csv --register incinerator-2026 \
    --map id=접수번호,voter=투표자,choice=선택,cast_at=투표시각
  note 'A file in which some rows break a rule: the good ones are kept, the others explained.' \
    '규칙에 어긋난 행이 섞인 파일: 올바른 행은 접수하고 나머지는 이유를 알려 줍니다.'
  expect 1 voteanchor -C guri import input/mixed.csv
  show cat input/mixed.csv.rejected
  cat input/mixed.csv.rejected
  run voteanchor -C guri anchor --once --wait final
  note 'The same file again adds nothing.' '같은 파일을 다시 가져와도 추가되는 것이 없습니다.'
  run voteanchor -C guri import input/dasan-traffic.csv
}

close_registers() {
  run voteanchor -C guri import input/incinerator-last.csv --register incinerator-2026 \
    --map id=접수번호,voter=투표자,choice=선택,cast_at=투표시각
  wait_until "$closes_at" "Waiting for $(utc "$closes_at"), when the registers close." \
    "등록부가 마감되는 $(utc "$closes_at")까지 기다립니다."
  run voteanchor -C guri register close incinerator-2026
  run voteanchor -C guri register close transfer-station-2026
  run voteanchor -C guri register close dasan-traffic-2026
  wait_until $((counts_until + 2)) "Waiting until no batch can count any more ($(utc "$counts_until"))." \
    "더 이상 어떤 묶음도 집계에 포함될 수 없는 시각($(utc "$counts_until"))까지 기다립니다."
  until [ "$(chain_final timestamp)" -gt "$counts_until" ]; do sleep 1; done
}

write_receipts() {
  local id
  mkdir -p receipts
  for id in INC-000001 INC-000002 STA-000001 DAS-000001; do
    run voteanchor -C guri receipt "$id" -o "receipts/$id.receipt.json"
  done
  run voteanchor -C guri receipt INC-000003 --share -o receipts/INC-000003.share.receipt.json
}

# The block of a receipt's evidence, asked of the chain as a block explorer would show it.
evidence_block() { # evidence_block RECEIPT
  local header
  header=$(field anchors.0.evidence.header <"$1")
  "$(chain_tool cast)" block "$("$(chain_tool cast)" keccak "$header")" --field hash --rpc-url "$chain_rpc"
}

check_receipts() {
  run voteanchor verify receipts/STA-000001.receipt.json --rpc "$chain_rpc" --contract "dev:$contract" --data public
  note 'Without any network, against the trust file of the publication:' '네트워크 없이, 공개 자료의 신뢰 파일과 대조합니다:'
  run voteanchor verify --offline --trust public/trust.json --brief receipts/DAS-000001.receipt.json \
    receipts/INC-000001.receipt.json receipts/INC-000003.share.receipt.json
  note 'Without any network, against a block hash copied from an explorer:' '네트워크 없이, 탐색기에서 옮겨 적은 블록 해시와 대조합니다:'
  run voteanchor verify --offline --contract "dev:$contract" --data public --brief \
    --block "$(evidence_block receipts/DAS-000001.receipt.json)" receipts/DAS-000001.receipt.json
  note 'Somebody changes the choice in a receipt:' '누군가 영수증의 선택을 바꾸면:'
  tamper receipts/INC-000002.receipt.json tampered.receipt.json
  expect 1 voteanchor verify --offline --trust public/trust.json --brief tampered.receipt.json
  note 'A provider that does not answer proves nothing, in neither direction:' '제공자가 응답하지 않으면 어느 쪽으로도 증명되지 않습니다:'
  expect 3 voteanchor verify --brief receipts/STA-000001.receipt.json --rpc http://127.0.0.1:1 \
    --contract "dev:$contract"
}

tamper() { # tamper RECEIPT COPY: another option of the same register in the opening
  local wanted=renew
  grep -q '\\"choice\\":\[\\"renew\\"\]' "$1" && wanted=move
  show sed "s/choice\\\":[\\\"...\\\"]/choice\\\":[\\\"$wanted\\\"]/" "$1"
  sed 's/\\"choice\\":\[\\"[a-z]*\\"\]/\\"choice\\":[\\"'"$wanted"'\\"]/' "$1" >"$2"
  ! cmp -s "$1" "$2" || fail 'the receipt was not changed' '영수증이 바뀌지 않았습니다'
}

# --- the demo ----------------------------------------------------------------

demo() {
  build
  make_directory
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  step 'A real Ethereum node on this machine (Anvil, chain id 31337)' '이 컴퓨터에서 실제 이더리움 노드를 실행합니다 (Anvil, 체인 번호 31337)'
  chain_start .
  plan_times
  note "Listening on $chain_rpc. The commands below run in ${dir#"$root"/}, with ${bin#"$root"/} on the PATH." \
    "$chain_rpc 에서 대기합니다. 아래 명령은 ${dir#"$root"/}에서 실행하며, PATH에 ${bin#"$root"/}이 있습니다."

  step 'A directory for the city' '시의 작업 디렉터리를 만듭니다'
  run voteanchor -C guri init --network dev --city 구리시 --rpc "$chain_rpc"

  step 'Three encrypted keys: owner, anchorer, acceptance' '암호화된 키 세 개(owner, anchorer, acceptance)를 만듭니다'
  make_keys

  step 'The contract' '컨트랙트를 배포합니다'
  run voteanchor -C guri deploy --owner "$owner"
  contract=$(voteanchor -C guri status --json | field contract)
  echo "$contract" >contract.txt

  step 'Three registers: their definitions go on chain before any record' '등록부 세 개: 기록을 받기 전에 정의 전체를 체인에 올립니다'
  for name in incinerator transfer-station dasan-traffic; do
    definition "$name"
    run voteanchor -C guri register open "input/$name.json"
  done
  node "$root/examples/guri/records.mjs" input "$records" "$(utc "$opens_at")" "$minutes"
  wait_until "$opens_at" "Waiting for $(utc "$opens_at"), when the registers open." "등록부가 열리는 $(utc "$opens_at")까지 기다립니다."

  step 'Votes come in, in batches they go on chain' '투표를 접수하고 묶음으로 만들어 체인에 고정합니다'
  first_wave

  step 'Endorsements, changed minds and bad rows' '공감, 다시 한 투표, 잘못된 행'
  [ "$minutes" = 1 ] || wait_until $((opens_at + 60)) 'Waiting for the second minute.' '두 번째 분까지 기다립니다.'
  second_wave
  run voteanchor -C guri status

  step 'Closing: what is pending is anchored, the counts are published on chain' '마감: 남은 기록을 고정하고 집계 결과를 체인에 공표합니다'
  close_registers

  step 'The publication: everything that a third party needs' '공개 자료: 제삼자에게 필요한 모든 것'
  run voteanchor -C guri publish public

  step 'Receipts' '영수증'
  write_receipts

  step 'Anyone checks a receipt' '누구나 영수증을 검증합니다'
  check_receipts

  step 'Anyone audits: every root and every count, from the chain and the publication alone' '누구나 감사합니다: 체인과 공개 자료만으로 모든 루트와 집계를 다시 계산합니다'
  run voteanchor audit --contract "$contract" --rpc "$chain_rpc" --data public
  run voteanchor -C guri fsck

  step 'What happened' '요약'
  node "$root/examples/guri/summary.mjs" . "$chain_rpc" "$lang" "$((SECONDS - started))"
  note "Results to read in a browser: ${dir#"$root"/}/public/index.html (English: en/index.html beside it)" \
    "브라우저에서 읽는 결과 페이지: ${dir#"$root"/}/public/index.html (영어: 같은 곳의 en/index.html)"
  if [ -f public/verify.html ]; then
    note "The verifier page, also from this file: ${dir#"$root"/}/public/verify.html (offline: choose public/trust.json as the file of heads)" \
      "영수증 확인 페이지(파일로도 열립니다): ${dir#"$root"/}/public/verify.html (오프라인: 머리값 파일로 public/trust.json 선택)"
  fi
  if [ -n "$stays" ]; then leave_chain; fi
}

# One line, so that the file may change while it runs.
demo; exit
