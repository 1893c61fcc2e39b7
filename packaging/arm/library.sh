#!/bin/sh
# Links libconvolved.so for 64-bit Arm of what build.sh has left in SCRATCH: library.sh KIT SCRATCH PREFIX. As root.
set -eu
kit=$(realpath "${1:?usage: library.sh KIT SCRATCH PREFIX}") scratch=$(realpath "${2:?usage: library.sh KIT SCRATCH PREFIX}")
prefix=$(realpath -m "${3:?usage: library.sh KIT SCRATCH PREFIX}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
exec "$here/in-root.sh" "$kit/swift" env \
  SWIFTC="swiftc -target aarch64-unknown-linux-gnu -sdk $kit/debian -resource-dir $kit/runtime/swift_static" \
  Sources/CAPI/link.sh "$scratch/release" "$prefix"
