#!/bin/bash
# Installs the Debian packages in a bare Debian 12, uses, upgrades, removes and purges them: test.sh PACKAGES FOLDER.
#
# As root. PACKAGES is what `make deb` has filled; FOLDER keeps the bare system for the next time. What mounts and runs ends with
# the namespaces that it is in.
set -euo pipefail
packages=$(realpath "${1:?usage: test.sh PACKAGES FOLDER}") folder=$(realpath -m "${2:?usage: test.sh PACKAGES FOLDER}")
here=$(cd "$(dirname "$0")" && pwd)
base=$folder/base.tar root=$folder/root

for package in "$packages"/convolved_*.deb "$packages"/convolved-web_*.deb; do
  size=$(stat -c %s "$package")
  [ "$size" -le 25000000 ] || { echo "package: FAILED: $package has $size bytes" >&2; exit 1; }
done

mkdir -p "$folder"
if [ ! -e "$base" ]; then
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}" > "$folder/debootstrap.log"
  tar -C "$root" -cf "$base.part" .
  mv "$base.part" "$base"
fi
rm -rf --one-file-system "$root"
mkdir "$root"
tar -C "$root" -xf "$base"
cp /etc/resolv.conf /etc/hosts "$root/etc/"

# A package as an earlier version could have been: another configuration in place of the present one, nothing else.
mkdir -p "$root/test/earlier"
dpkg-deb -R "$packages"/convolved_*.deb "$root/test/earlier"
sed -i 's/^Version: .*/Version: 0.0.9-1/' "$root/test/earlier/DEBIAN/control"
echo '# As it was once.' > "$root/test/earlier/etc/convolved/convolved.yaml"
dpkg-deb --root-owner-group -Znone -b "$root/test/earlier" "$root/test/earlier.deb" > "$folder/earlier.log"
rm -r "$root/test/earlier"
cp "$packages"/*.deb "$here"/inside.sh "$here"/*.yaml "$here"/complete.* "$root/test/"

# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child bash -euc '
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  exec chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive /bin/bash /test/inside.sh' bash "$root"
