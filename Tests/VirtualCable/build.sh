#!/bin/sh
# Builds the virtual cable, its tools, and what tests preload: build.sh OUTDIR. What is up to date stays.
set -eu
out=${1:?usage: build.sh OUTDIR}
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-$(command -v cc || command -v clang)} || { echo "build.sh: no C compiler: install gcc or clang" >&2; exit 69; }
flags="-std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror"
mkdir -p "$out"
out=$(cd "$out" && pwd)

# compile TARGET FLAGS SOURCE...: when a source, a header or this script is newer than the target
compile() {
  target=$out/$1 options=$2
  shift 2
  if [ -e "$target" ] && [ -z "$(find "$@" "$here"/*.h "$here/build.sh" -newer "$target" -print -quit)" ]; then return; fi
  # Beside, then renamed: a running program keeps the file it has mapped.
  # shellcheck disable=SC2086
  "$cc" $flags $options -o "$target.$$" "$@" -lm -ldl -lpthread $libraries
  mv "$target.$$" "$target"
}

cd "$here"
libraries=-lasound
compile libasound_module_pcm_cable.so "-shared -fPIC -DPIC -Wl,-Bsymbolic" \
  pcm_cable_open.c pcm_cable.c pcm_cable_end.c pcm_cable_options.c cable.c cable_clock.c waiting_clock.c cable_transport.c
compile libasound_module_ctl_cable.so "-shared -fPIC -DPIC -Wl,-Bsymbolic" ctl_cable.c cable.c cable_clock.c waiting_clock.c
compile cablectl "" cablectl.c cable.c cable_clock.c waiting_clock.c
compile cableio "" cableio.c cableio_options.c cableio_stream.c cable.c cable_clock.c waiting_clock.c
compile selftest "" selftest.c selftest_streams.c selftest_faults.c cable.c cable_clock.c waiting_clock.c
compile libfaults.so "-shared -fPIC" ../Preload/faults.c
libraries=
compile libcounter.so "-shared -fPIC" ../Preload/counter.c
compile libfastclock.so "-shared -fPIC" ../Preload/fastclock.c
compile libstepclock.so "-shared -fPIC" ../Preload/stepclock.c
compile libslowthread.so "-shared -fPIC" ../Preload/slowthread.c
compile libnameless.so "-shared -fPIC" ../Preload/nameless.c
compile standstill "" standstill.c waiting_clock.c
compile countertest "" ../Preload/countertest.c
