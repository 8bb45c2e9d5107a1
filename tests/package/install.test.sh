#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs the package on this machine, with services masked; runs the service by hand as its own
# user; removes and purges it, and looks at what is left. It takes back what it made, and runs only
# where somebody says so: as root, with VOTA_INSTALL_TEST=1, on a machine that never had the package.
#   install.test.sh BUILD SOURCE VERSION NODE
set -euo pipefail
build=$(realpath "$1") source=$(realpath "$2") version=$3 node=${4:-}
skip() { echo "install: SKIPPED, $*"; exit 77; }
[ "${VOTA_INSTALL_TEST:-}" = 1 ] || skip 'VOTA_INSTALL_TEST is not 1'
[ "$(id -u)" = 0 ] || skip 'not root'
for place in /var/lib/voteanchor /var/backups/voteanchor /etc/voteanchor /etc/default/voteanchor /usr/bin/voteanchor; do
    [ ! -e $place ] || skip "$place is there already"
done
! getent passwd voteanchor >/dev/null || skip 'the user voteanchor is there already'
for tool in dpkg-shlibdeps systemd-sysusers setpriv; do command -v $tool >/dev/null || skip "$tool is missing"; done

scratch=$(mktemp -d)
bad=0
complain() { printf 'install: %s\n' "$*"; bad=1; }

policy=/usr/sbin/policy-rc.d
mask_services() {
    if [ -e $policy ]; then mv $policy "$scratch/policy-rc.d"; fi
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
}
# shellcheck disable=SC2317 # by trap
clean_up() {
    local code=$?
    dpkg -P voteanchor >/dev/null 2>&1 || true
    rm -rf /var/lib/voteanchor /var/backups/voteanchor /etc/voteanchor
    for user in voteanchor-read voteanchor; do
        userdel "$user" >/dev/null 2>&1 || true
        groupdel "$user" >/dev/null 2>&1 || true
    done
    rm -f "$policy"
    if [ -e "$scratch/policy-rc.d" ]; then mv "$scratch/policy-rc.d" $policy; fi
    rm -rf "$scratch"
    exit $code
}
trap clean_up EXIT

as_service() { setpriv --reuid=voteanchor --regid=voteanchor --init-groups env HOME=/var/lib/voteanchor LC_ALL=C.UTF-8 "$@"; }
mode_of() { stat -c '%a %U %G' "$1"; }
expect_mode() { # expect_mode MODE OWNER GROUP PATH
    [ "$(mode_of "$4")" = "$1 $2 $3" ] || complain "$4 is $(mode_of "$4")"
}

# ---- installed ----

(cd "$build" && cpack -G DEB -B "$scratch/packages") >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
mask_services
DEBIAN_FRONTEND=noninteractive dpkg -i "$scratch"/packages/voteanchor_"$version"-*_amd64.deb >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
grep -q 'nothing runs yet' "$scratch/log" || complain 'the installation does not say what comes next'
[ "$(id -nG voteanchor-read)" = 'voteanchor-read voteanchor' ] || complain "groups: $(id -nG voteanchor-read)"
expect_mode 750 voteanchor voteanchor /var/lib/voteanchor
expect_mode 700 voteanchor voteanchor /var/backups/voteanchor
expect_mode 755 root root /etc/voteanchor
case $(getent passwd voteanchor) in */nologin) ;; *) complain 'somebody may log in as voteanchor' ;; esac
for unit in voteanchor.service voteanchor-read.service voteanchor-backup.timer; do
    [ "$(systemctl is-enabled $unit 2>/dev/null)" = disabled ] || complain "$unit is enabled"
done
! pgrep -x voteanchor -u voteanchor >/dev/null || complain 'something runs already'

[[ $(voteanchor version) == *"$version"* ]] || complain 'voteanchor version'
if [ -e /usr/share/man/ko/man1/voteanchor.1.gz ] && [ -d /usr/share/groff ] && command -v man >/dev/null; then
    man -w voteanchor >/dev/null || complain 'man voteanchor'
    LC_ALL=C.UTF-8 man -L ko voteanchor-serve 2>/dev/null | grep -q '설명' || complain 'man -L ko voteanchor-serve'
fi
bash -c '. /usr/share/bash-completion/completions/voteanchor && complete -p voteanchor' >/dev/null || complain 'completion'

# ---- the first day, as an operator types it ----

as_service voteanchor -C /var/lib/voteanchor init --network dev --city X --rpc http://127.0.0.1:1 >/dev/null || complain 'init'
expect_mode 700 voteanchor voteanchor /var/lib/voteanchor/secrets
as_service voteanchor -C /var/lib/voteanchor config check >/dev/null || complain 'config check'
! setpriv --reuid=voteanchor-read --regid=voteanchor-read --init-groups ls /var/lib/voteanchor/secrets 2>/dev/null || complain 'voteanchor-read reads secrets'
as_service BACKUP_TO=/var/backups/voteanchor /usr/libexec/voteanchor/backup >"$scratch/log" 2>&1 || complain "backup: $(cat "$scratch/log")"
[ "$(find /var/backups/voteanchor -name voteanchor.db | wc -l)" = 1 ] || complain 'no backup'

# The service and the reader under their own users, before a stand-in for systemd.
cat >"$scratch/voteanchor" <<'END'
#!/bin/sh
user=${SERVE_AS:-}
unset SERVE_AS
[ -n "$user" ] || exec /usr/bin/voteanchor "$@"
exec setpriv --reuid="$user" --regid="$user" --init-groups /usr/bin/voteanchor "$@"
END
chmod 755 "$scratch" "$scratch/voteanchor"
if [ -n "$node" ]; then
    VOTA_PROGRAM=$scratch/voteanchor VOTA_AS=voteanchor VOTA_READ_AS=voteanchor-read \
        "$node" --test --test-name-pattern=READY "$source/tests/package/service.test.mjs" >"$scratch/log" 2>&1 || { cat "$scratch/log"; complain 'the service under its own user'; }
fi

# ---- removed, then purged ----

dpkg -r voteanchor >"$scratch/log" 2>&1 || { cat "$scratch/log"; complain 'remove'; }
[ ! -e /usr/bin/voteanchor ] || complain 'the program is still there'
[ -e /etc/default/voteanchor ] || complain 'a removal took the configuration'
dpkg -P voteanchor >"$scratch/log" 2>&1 || { cat "$scratch/log"; complain 'purge'; }
grep -q 'kept, with the store, keys and passwords in them: /var/lib/voteanchor /var/backups/voteanchor$' "$scratch/log" || complain "purge does not say what is left: $(cat "$scratch/log")"
for kept in voteanchor.ini voteanchor.db secrets; do
    [ -e "/var/lib/voteanchor/$kept" ] || complain "purge deleted $kept"
done
left=$(find /etc /usr /var/lib/systemd -xdev -name '*voteanchor*' ! -path '/var/lib/dpkg/*' 2>/dev/null)
[ -z "$left" ] || complain "left behind: $left"

[ "$bad" = 0 ] && echo 'install: ok'
exit "$bad"
