#!/bin/sh
# Makes the Debian packages for 64-bit Arm, for Debian 13: deb.sh KIT SCRATCH PREFIX FOLDER. As root.
#
# SCRATCH is where build.sh has left the programs, PREFIX where library.sh has put the library. Debian 13's own tools in the kit make the
# packages, so that these name the libraries of Debian 13.
set -eu
usage='usage: deb.sh KIT SCRATCH PREFIX FOLDER'
kit=$(realpath "${1:?$usage}") scratch=$(realpath "${2:?$usage}") prefix=$(realpath "${3:?$usage}") folder=$(realpath -m "${4:?$usage}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
bill=$scratch/bill.cdx.json
swift=$(sed 's/-.*//' "$kit/runtime.done")
python3 packaging/bill.py convolved "$scratch" --swift "$swift" > "$bill"
exec "$here/in-root.sh" "$kit/debian" env DEB_BUILD_OPTIONS=nocheck UNITDIR=/usr/lib/systemd/system \
  EMULATOR=qemu-aarch64 LIBRARY="$prefix/lib/libconvolved.so" BILL="$bill" \
  DATE="$(git -c safe.directory="$PWD" log -1 --format=%cD 2>/dev/null || date -R)" packaging/deb.sh "$scratch/release" "$folder" arm64
