#!/bin/sh
# `swift build -c release` for 64-bit Arm, with the kit of kit.sh: build.sh KIT SCRATCH [OPTION...]. As root.
#
# SCRATCH is the folder for what is built, where `swift package resolve` of this machine has put what the project depends on.
set -eu
kit=$(realpath "${1:?usage: build.sh KIT SCRATCH [OPTION...]}") scratch=$(realpath -m "${2:?usage: build.sh KIT SCRATCH [OPTION...]}")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
exec "$here/in-root.sh" "$kit/swift" env CONVOLVED_ARCHITECTURE=aarch64 \
  CONVOLVED_TESTS="${CONVOLVED_TESTS:-}" swift build -c release --disable-sandbox --disable-automatic-resolution --scratch-path "$scratch" \
  --swift-sdks-path "$kit/sdk" --swift-sdk debian-arm64 "$@"
