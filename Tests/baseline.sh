#!/bin/sh
# Runs tests and programs as a processor without AVX would, and compares what they write with this processor's.
set -eu
emulated="qemu-x86_64 -cpu Nehalem"
programs=.build/release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

$emulated $programs/convolvedPackageTests.xctest --testing-library swift-testing \
  --filter 'ConvolutionTests\.(ConvolverTests/random|RealFFTTests|MatrixTests/sum)'
$emulated $programs/convolved --config Tests/Reference/baseline.yaml --check

for kernel in box:300 taps:0.5,-0.25,0.125 diff; do
  for format in s16 s24 float; do
    for side in here there; do
      run=""
      if [ $side = there ]; then run=$emulated; fi
      $run $programs/convolve /usr/share/sounds/alsa/Front_Center.wav $kernel --format $format --profile haswell --quiet -o "$folder/$side.wav"
    done
    cmp "$folder/here.wav" "$folder/there.wav"
    echo "$kernel, $format: the same bits"
  done
done
