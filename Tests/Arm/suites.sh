#!/bin/sh
# Runs test suites for 64-bit Arm, emulated: suites.sh KIT SCRATCH SUITE..., of which each is such as PCM. As root.
#
# SCRATCH is where packaging/arm/build.sh has left the tests, KIT/static where it has left the programs that they run, those of the
# packages. NumPy is the wheel for Arm in place of this machine's.
set -eu
usage='usage: suites.sh KIT SCRATCH SUITE...'
kit=$(realpath "${1:?$usage}") scratch=$(realpath "${2:?$usage}")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
mkdir -p .build/numpy
numpy=$PWD/.build/numpy
for program in convolve convolved convolvectl; do ln -sfn "$kit/static/release/$program" "$scratch/release/$program"; done
pattern=$(printf '%sTests|' "$@")
# shellcheck disable=SC2016
exec "$here/emulate.sh" "$kit" sh -euc '
  mount --bind "$1" "$2"
  shift 2
  exec "$@"' sh "$kit/numpy" "$numpy" \
  packaging/arm/in-root.sh "$kit/tools" env LD_LIBRARY_PATH="$kit/runtime/swift/linux" OPENBLAS_NUM_THREADS=1 \
  "$scratch/release/convolvedPackageTests.xctest" --testing-library swift-testing --no-parallel --filter "^(${pattern%|})[./]"
