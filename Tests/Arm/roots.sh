#!/bin/bash
# Puts beside the kit what programs for 64-bit Arm are tested in: roots.sh KIT PIP. As root; PIP is a command such as "python3 -m pip".
#
#   board/   a bare Debian 13 for Arm, as somebody installs the packages in
#   tools/   Debian 13 for Arm with what the suites run: Python, SoX, ffmpeg, ALSA's tools; unpacked, not configured
#   numpy/   NumPy and SciPy of Tests/requirements.txt for it: the wheels for Arm
#
# Again: what is there already stays.
set -euo pipefail
kit=$(realpath "${1:?usage: roots.sh KIT PIP}") pip=${2:?usage: roots.sh KIT PIP}
here=$(cd "$(dirname "$0")" && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
source="deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main"
options=(--quiet --mode=root --skip=check/qemu,chroot/mount/sys --architectures=arm64)
# How apt may use the network here.
while read -r setting; do options+=("--aptopt=$setting"); done < <(
  apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(Check-|http|https|Retries)' || true)
for place in doc man locale info; do options+=("--dpkgopt=path-exclude=/usr/share/$place/*"); done
step() { echo "roots: $*"; }

if [ ! -e "$kit/board.done" ]; then
  step "board: a bare Debian 13"
  rm -rf --one-file-system "$kit/board"
  "$here/emulate.sh" "$kit" mmdebstrap "${options[@]}" --variant=apt trixie "$kit/board" "$source"
  touch "$kit/board.done"
fi

if [ ! -e "$kit/tools.done" ]; then
  step "tools: what suites run"
  rm -rf --one-file-system "$kit/tools"
  mmdebstrap "${options[@]}" --variant=extract trixie "$kit/tools" "$source" \
    --include=base-files,bash,dash,coreutils,grep,sed,findutils,mawk,util-linux,procps,libc-bin,tar,gzip,diffutils,netbase,tzdata \
    --include=python3,alsa-utils,sox,ffmpeg,libarchive13t64,libasound2t64,libsamplerate0,libsndfile1,libyaml-0-2,libstdc++6
  # What installation would choose.
  for library in blas lapack; do
    ln -sf "$library/lib$library.so.3" "$kit/tools/usr/lib/aarch64-linux-gnu/lib$library.so.3"
  done
  ln -sf mawk "$kit/tools/usr/bin/awk"
  touch "$kit/tools.done"
fi

requirements=$here/../requirements.txt
if ! cmp -s "$requirements" "$kit/numpy.done"; then
  step "numpy: $(tr '\n' ' ' < "$requirements")"
  version=$(cd "$kit/tools/usr/bin" && ls -d python3.[0-9]*[0-9] | sed "s/python//")
  rm -rf "$kit/numpy"
  mkdir -p "$kit/numpy/bin"
  $pip install --quiet --disable-pip-version-check --target "$kit/numpy/lib/python$version/site-packages" --python-version "$version" \
    --platform manylinux_2_28_aarch64 --platform manylinux_2_27_aarch64 --platform manylinux_2_17_aarch64 --only-binary=:all: \
    -r "$requirements"
  ln -s /usr/bin/python3 "$kit/numpy/bin/python3"
  printf '%s\n' 'home = /usr/bin' 'include-system-site-packages = false' "version = $version" > "$kit/numpy/pyvenv.cfg"
  cp "$requirements" "$kit/numpy.done"
fi
step "ready in $kit"
