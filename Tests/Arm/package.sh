#!/bin/sh
# Installs the packages for 64-bit Arm in a bare, emulated Debian 13, uses and purges them: package.sh KIT PACKAGES. As root.
#
# PACKAGES is what `make deb-arm` has filled. The bare system stays as it is: a copy is used.
set -eu
usage='usage: package.sh KIT PACKAGES'
kit=$(realpath "${1:?$usage}") packages=$(realpath "${2:?$usage}")
here=$(cd "$(dirname "$0")" && pwd)
root=$kit/installed
rm -rf --one-file-system "$root"
cp -a "$kit/board" "$root"
mkdir -p "$root/test"
cp "$packages"/*.deb "$here/installed.sh" "$root/test/"
exec "$here/emulate.sh" "$kit" "$here/../../packaging/arm/in-root.sh" "$root" \
  env DEBIAN_FRONTEND=noninteractive bash /test/installed.sh
