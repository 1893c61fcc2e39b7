#!/bin/sh
# Makes OUT/root, a bare Debian 12 with systemd and what the packages' programs link with: debian.sh OUT. Once; needs root and the
# network. Two tests run in it: container.sh and machine.sh.
set -eu
out=${1:?usage: debian.sh OUT}
here=$(cd "$(dirname "$0")" && pwd)
if [ -e "$out/root.done" ] && [ "$out/root.done" -nt "$here/debian.sh" ]; then exit; fi
[ "$(id -u)" = 0 ] || { echo "debian.sh: owners and devices of a root directory are to be set: run it as root" >&2; exit 77; }

mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/root" "$out/root.done"
mmdebstrap --quiet --variant=minbase \
  --include=systemd,systemd-sysv,dbus,libpam-systemd,udev,kmod,procps,python3 \
  --include=libarchive13,libasound2,libsndfile1,libsamplerate0,libyaml-0-2,alsa-utils \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$out/root"
cd "$out/root"
rm -rf var/cache/apt/* var/lib/apt/lists/* usr/share/i18n
# What asks at the first start, or works beside the tests.
: > etc/machine-id
echo convolved > etc/hostname
cd etc/systemd/system
for unit in getty.target systemd-firstboot.service systemd-hwdb-update.service systemd-timesyncd.service systemd-networkd.service \
  alsa-restore.service alsa-state.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  ln -sf /dev/null "$unit"
done
# Whoever listens, and is neither root nor in the group audio; and somebody who is.
chroot "$out/root" useradd --create-home stranger
chroot "$out/root" useradd --create-home --groups audio listener
# Runs the tests that lie in /tests, and ends the machine with their exit status.
cat > tests.service <<'UNIT'
[Unit]
Description=Tests of the service
After=multi-user.target
ConditionPathExists=/tests/run

[Service]
ExecStart=/tests/run
UNIT
mkdir -p multi-user.target.wants
ln -sf ../tests.service multi-user.target.wants/
touch "$out/root.done"
