#!/bin/sh
# Runs a command in a root directory of kit.sh, in this folder: in-root.sh ROOT COMMAND... As root.
#
# The project and the folder of ROOT are there at their own paths, and QEMU_CPU in the environment. What is mounted ends with the
# command's mount namespace.
set -eu
root=$(realpath "${1:?usage: in-root.sh ROOT COMMAND...}")
shift
project=$(realpath "$(dirname "$0")/../..")
for folder in "$project" "$(dirname "$root")"; do mkdir -p "$root$folder"; done
mkdir -p "$root/tmp"
# shellcheck disable=SC2016
exec unshare --mount sh -euc '
  root=$1 project=$2 here=$3
  shift 3
  for folder in "$project" "$(dirname "$root")"; do mount --rbind "$folder" "$root$folder"; done
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 ${QEMU_CPU:+"QEMU_CPU=$QEMU_CPU"} \
    PATH=/usr/libexec/swift/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c "cd \"\$0\" && exec \"\$@\"" "$here" "$@"' sh "$root" "$project" "$PWD" "$@"
