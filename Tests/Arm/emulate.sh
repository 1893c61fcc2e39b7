#!/bin/sh
# Runs a command that may start programs for 64-bit Arm: emulate.sh KIT COMMAND... As root; KIT is what packaging/arm/kit.sh has made.
#
# The kernel hands such programs to the kit's emulator for the command and what it starts, and for nobody else: binfmt_misc belongs to a
# user namespace since Linux 6.7. Users and groups are the machine's. Everything that was started ends with the command.
#
# QEMU_CPU names the processor, else it is a Raspberry Pi 4's: that of every extension, which QEMU chooses itself, takes twice as long.
set -eu
export QEMU_CPU="${QEMU_CPU:-cortex-a72}"
emulator=$(realpath "${1:?usage: emulate.sh KIT COMMAND...}")/debian/usr/bin/qemu-aarch64
shift
[ -x "$emulator" ] || { echo "emulate.sh: no $emulator: \`make arm-kit\` puts it there" >&2; exit 69; }
[ "$(id -u)" = 0 ] || { echo "emulate.sh: a namespace with all users is to be made: run it as root" >&2; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/mapped"

# The beginning of an ELF file of 64 bits for AArch64, executable or shared, and which bits of it count.
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
# shellcheck disable=SC2016
exec 3<&0
unshare --user --mount --pid --fork --kill-child sh -euc '
  read -r _ < "$1"
  mount -t proc proc /proc
  mount -t binfmt_misc none /proc/sys/fs/binfmt_misc ||
    { echo "emulate.sh: it takes Linux 6.7 or later, this is $(uname -r)" >&2; exit 71; }
  printf %s "$2" > /proc/sys/fs/binfmt_misc/register
  shift 2
  exec "$@"' sh "$folder/mapped" ":qemu-aarch64:M::$magic:$mask:$emulator:POCF" "$@" <&3 3<&- &
child=$!
# unshare passes no signal on. Its child is the first process of the namespace: all of them end with it.
trap 'kill -KILL $(cat "/proc/$child/task/$child/children"); exit 143' HUP INT TERM
while [ "$(readlink "/proc/$child/ns/user")" = "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
for kind in uid gid; do echo '0 0 4294967295' > "/proc/$child/${kind}_map"; done
echo > "$folder/mapped"
wait "$child"
