#!/bin/sh
# What the packages' scripts do with units, under a real systemd: run by Tests/Service/container.sh as /tests/systemd.sh.
set -eu
step() { echo "package: $*"; }
fail() { echo "package: FAILED: $*"; systemctl status --no-pager 'convolved*' || true; journalctl --no-pager -u 'convolved*' | tail -n 30; exit 1; }
pid() { systemctl show -p MainPID --value "$1"; }
inactive() { ! systemctl is-active --quiet "$1"; }
files() { find /etc /var/lib /var/cache /usr /lib/systemd /run/convolved -xdev \( -path /var/lib/dpkg -o -path /var/cache/ldconfig \) -prune -o -print 2> /dev/null | sort; }

cd /tests
# The same with another number.
dpkg-deb -R convolved.deb earlier
sed -i 's/^Version: .*/Version: 0.0.9-1/' earlier/DEBIAN/control
dpkg-deb --root-owner-group -b earlier earlier.deb > log.txt
files > before

step "installed, nothing plays"
dpkg -i earlier.deb > log.txt 2>&1 || { cat log.txt; fail "dpkg -i"; }
for unit in convolved.service convolved.socket; do
  inactive "$unit" || fail "$unit is active"
  [ "$(systemctl is-enabled "$unit")" = disabled ] || fail "$unit is enabled"
done

step "an upgrade restarts the service and its instances"
cp version-1.yaml /etc/convolved/convolved.yaml
cp version-1.yaml /etc/convolved/other.yaml
systemctl enable --quiet --now convolved convolved@other
service=$(pid convolved) instance=$(pid convolved@other)
convolvectl status > log.txt || fail "the service does not answer"
convolvectl --instance other status > log.txt || fail "the instance does not answer"
dpkg --force-confold -i convolved.deb > log.txt 2>&1 || { cat log.txt; fail "dpkg -i"; }
for unit in convolved convolved@other; do systemctl is-active --quiet "$unit" || fail "$unit is not active"; done
[ "$(pid convolved)" != "$service" ] || fail "the service is the one before"
[ "$(pid convolved@other)" != "$instance" ] || fail "the instance is the one before"
convolvectl status > log.txt || fail "the service does not answer"
convolvectl --instance other status > log.txt || fail "the instance does not answer"
cmp version-1.yaml /etc/convolved/convolved.yaml || fail "the configuration is another"

step "what was stopped and disabled stays so"
systemctl disable --quiet --now convolved.service convolved.socket
dpkg --force-confold -i convolved.deb > log.txt 2>&1 || { cat log.txt; fail "dpkg -i"; }
inactive convolved.service || fail "the service is active"
systemctl enable --quiet --now convolved

step "a removal stops all"
dpkg -r convolved > log.txt 2>&1 || { cat log.txt; fail "dpkg -r"; }
for unit in convolved.service convolved.socket convolved@other.service convolved@other.socket; do
  inactive "$unit" || fail "$unit is active"
done

step "purged: nothing stays"
rm /etc/convolved/other.yaml
dpkg -P convolved > log.txt 2>&1 || { cat log.txt; fail "dpkg -P"; }
files > after
diff before after || fail "purge leaves what is shown"
echo "package: all is well under systemd"
