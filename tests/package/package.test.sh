#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages, unpacked into a directory of our own: nothing of this machine is touched.
# What a tool is missing for is skipped, and says so.
#   package.test.sh BUILD SOURCE VERSION
set -euo pipefail
build=$(realpath "$1") source=$(realpath "$2") version=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root lib=$scratch/lib
# Points that `systemd-analyze security` may give; docs/OPERATIONS.md says what it gives.
exposure_limit=1.5
bad=0
complain() { printf 'package: %s\n' "$*"; bad=1; }
skip() { printf 'package: SKIPPED, %s is not installed: %s\n' "$1" "$2"; }
have() { command -v "$1" >/dev/null; }

have dpkg-deb || { skip dpkg-deb everything; exit 77; }
have dpkg-shlibdeps || { skip dpkg-dev everything; exit 77; }

# ---- they are made, and say what they need ----

(cd "$build" && cpack -G DEB -B "$scratch/packages") >"$scratch/cpack.log" 2>&1 || { cat "$scratch/cpack.log"; exit 1; }
deb=$(echo "$scratch"/packages/voteanchor_"$version"-*_amd64.deb)
for file in "$deb" "$scratch"/packages/libvoteanchor{0,-dev}_"$version"-*_amd64.deb; do
    [ -f "$file" ] || { complain "there is no $file"; exit 1; }
done
field() { dpkg-deb -f "$deb" "$1"; }
for library in libc6 libcurl4 libjansson4 libmicrohttpd12 libsecp256k1-1 libsqlite3-0 libssl3 libinih1 libcsv3 libqrencode4; do
    [[ ", $(field Depends)" == *", $library ("* ]] || complain "Depends lacks $library: $(field Depends)"
done
[[ $(field Depends) == *systemd-sysusers* ]] || complain 'Depends lacks what makes the users'
[ "$(field Section)/$(field Priority)" = net/optional ] || complain "$(field Section)/$(field Priority)"
dpkg-deb -x "$deb" "$root"
dpkg-deb -e "$deb" "$scratch/control"
[ "$(cat "$scratch/control/conffiles")" = /etc/default/voteanchor ] || complain 'conffiles'
for script in postinst prerm postrm; do
    sh -n "$scratch/control/$script" || complain "$script is no shell script"
    [ -x "$scratch/control/$script" ] || complain "$script cannot be run"
done
for file in "$scratch"/packages/libvoteanchor*.deb; do dpkg-deb -x "$file" "$lib"; done
(cd "$lib" && ls usr/include/voteanchor.h usr/lib/*/libvoteanchor.{a,so,so.0} usr/lib/*/pkgconfig/voteanchor.pc) >/dev/null || complain 'the library is not whole'

# ---- files ----

program=$root/usr/bin/voteanchor
for file in usr/lib/systemd/system/voteanchor{,-read,-backup}.service usr/lib/systemd/system/voteanchor-backup.timer \
    usr/lib/sysusers.d/voteanchor.conf usr/share/doc/voteanchor/{copyright,changelog.gz,changelog.Debian.gz,OPERATIONS.md.gz} \
    usr/share/voteanchor/{nginx/voteanchor.conf,nginx/publication.conf,config/voteanchor.ini,config/voteanchor.ko.ini}; do
    [ -f "$root/$file" ] || complain "$file is missing"
done
if [ -f "$build/web/verify.html" ]; then
    cmp -s "$build/web/verify.html" "$root/usr/share/voteanchor/verify.html" || complain 'the verifier page is missing'
fi
odd=$(find "$root" \( -perm /022 -o \( -type f -perm /111 ! -path '*/usr/bin/*' ! -path '*/usr/libexec/*' \) -o -perm /7000 \) ! -type l)
[ -z "$odd" ] || complain "modes: $odd"
[ -z "$(find "$root" -type d -empty)" ] || complain "empty: $(find "$root" -type d -empty)"
[[ $("$program" version) == *"$version"* ]] || complain 'the program says another version'
ASAN_OPTIONS=detect_leaks=0 "$program" --help >/dev/null || complain 'the program does not run'

# What we ship as an example is what `init` writes, but for what init is told.
"$program" --lang en -C "$scratch/city" init --network hoodi --city X >/dev/null
diff <(grep -v '^#\?name\b' "$scratch/city/voteanchor.ini") <(grep -v '^#\?name\b' "$root/usr/share/voteanchor/config/voteanchor.ini") ||
    complain 'config/voteanchor.ini is not what init writes'

# ---- manual pages: one a command in each language, without a warning ----

commands=$("$program" --lang en --help | awk '/^Commands$/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }')
[ "$(wc -w <<<"$commands")" -gt 15 ] || complain "only these commands: $commands"
pages=()
for language in '' ko/; do
    pages+=("$root/usr/share/man/${language}man1/voteanchor.1.gz" "$root/usr/share/man/${language}man5/voteanchor.ini.5.gz")
    for command in $commands; do pages+=("$root/usr/share/man/${language}man1/voteanchor-$command.1.gz"); done
done
for page in "${pages[@]}"; do [ -f "$page" ] || complain "$page is missing"; done
[ "$(find "$root/usr/share/man" -name '*.gz' | wc -l)" = "${#pages[@]}" ] || complain 'pages of commands that are not there'
# Small images of Debian leave out what groff works by.
if have man && groff -man -Tutf8 </dev/null >/dev/null 2>"$scratch/groff" && [ ! -s "$scratch/groff" ]; then
    for page in "${pages[@]}"; do
        zcat "$page" | preconv -e utf-8 | LC_ALL=C.UTF-8 groff -ww -man -Tutf8 -t >"$scratch/page" 2>"$scratch/warnings" || complain "$page"
        [ ! -s "$scratch/warnings" ] || complain "$page: $(head -n 2 "$scratch/warnings")"
    done
    whatis=$(lexgrog "${pages[@]}" 2>&1 | grep -c ': "voteanchor') || true
    [ "$whatis" = "${#pages[@]}" ] || complain "whatis knows $whatis of ${#pages[@]} pages"
    LC_ALL=C.UTF-8 MANWIDTH=80 man -l "$root/usr/share/man/ko/man1/voteanchor-key.1.gz" 2>/dev/null | grep -q '^이름$' || complain 'the Korean page has no 이름'
    man -M "$root/usr/share/man" -w voteanchor-serve >/dev/null || complain 'man does not find voteanchor-serve'
else
    skip 'man-db or groff-base' 'manual pages are not looked at'
fi

# ---- completion ----

"$source/tests/package/completion.bash" "$program" "$root/usr/share/bash-completion/completions/voteanchor" || bad=1
if have zsh; then
    "$source/tests/package/completion.zsh" "$root/usr/share/zsh/vendor-completions" || bad=1
else
    skip zsh 'completion for zsh'
fi

# ---- units ----

if have systemd-analyze; then
    units=$root/usr/lib/systemd/system
    cp -Ln /lib/systemd/system/*.target /lib/systemd/system/*.slice "$units"
    mkdir -p "$root/bin" && cp /bin/kill "$root/bin/kill"
    names=(voteanchor{,-read,-backup}.service voteanchor-backup.timer)
    systemd-analyze verify --man=no --root="$root" "${names[@]}" >"$scratch/verify" 2>&1 || complain "systemd-analyze verify: $(cat "$scratch/verify")"
    [ ! -s "$scratch/verify" ] || complain "systemd-analyze verify: $(cat "$scratch/verify")"
    for name in voteanchor.service voteanchor-read.service voteanchor-backup.service; do
        systemd-analyze security --offline=true --no-pager --threshold="$(tr -d . <<<"$exposure_limit")" "$units/$name" >"$scratch/security" 2>&1 ||
            complain "$name is too exposed: $(tail -n 1 "$scratch/security")"
        printf 'package: %s\n' "$(tail -n 1 "$scratch/security" | sed 's/^→ //')"
    done
    systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$units/voteanchor-backup.timer")" >/dev/null || complain 'OnCalendar'
else
    skip systemd 'units are not looked at'
fi

[ "$bad" = 0 ] && echo "package: ok ($(du -k "$deb" | cut -f1) KiB, ${#pages[@]} manual pages)"
exit "$bad"
