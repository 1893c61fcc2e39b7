#!/bin/sh
# Installs the wheel into fresh environments of bare Debian systems, and runs the README's examples there: systems.sh BUILD SUITE...
# BUILD has wheels, release, cable and python. As root; the systems stay in BUILD/wheel-systems. The daemon runs outside of them.
set -eu
build=$(cd "${1:?usage: systems.sh BUILD SUITE...}" && pwd)
shift
here=$(cd "$(dirname "$0")" && pwd)
for suite in "$@"; do
  root=$build/wheel-systems/$suite
  if ! [ -e "$root.done" ]; then
    rm -rf "$root"
    mkdir -p "$build/wheel-systems"
    mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$root" http://deb.debian.org/debian
    touch "$root.done"
  fi
  rm -rf "$root/check"
  mkdir -p "$root/check/page" "$root/check/daemon"
  # This machine's authorities: a proxy may have one of its own.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  cp "$build"/wheels/*.whl "$here/page.py" "$here/../README.md" "$root/check/"
  "$build/python/bin/python3" "$here/beside_daemon.py" "$build" unshare --mount sh -ceu '
    mount --bind "$(dirname "$SOCKET")" "$1/check/daemon"
    mount -t proc proc "$1/proc"
    exec chroot "$1" env -i PATH=/usr/bin:/bin HOME=/check PIP_CERT=/etc/ssl/certs/ca-certificates.crt sh -ceu "
      python3 -m venv /check/fresh
      /check/fresh/bin/python -m pip install --quiet --disable-pip-version-check \"\$(ls /check/*.whl)[dask]\" matplotlib scipy
      cd /check/page
      OPENBLAS_NUM_THREADS=1 /check/fresh/bin/python /check/page.py /check/README.md /check/daemon/$(basename "$SOCKET")"
  ' sh "$root"
done
