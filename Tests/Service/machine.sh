#!/bin/sh
# Runs machine.py in a virtual machine whose disk is memory: machine.sh OUT PACKAGE. OUT has what debian.sh made. Needs root and apt.
# The kernel is Debian's, of which snd-aloop is all that is added; qemu emulates the processor where there is no KVM.
set -eu
out=${1:?usage: machine.sh OUT PACKAGE}
package=${2:?usage: machine.sh OUT PACKAGE}
here=$(cd "$(dirname "$0")" && pwd)

if [ ! -e "$out/linux.done" ]; then
  rm -rf "$out/linux" && mkdir "$out/linux"
  kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  (cd "$out/linux" && apt-get download -qq "$kernel" && dpkg-deb --extract "$kernel"_*.deb . && rm "$kernel"_*.deb)
  touch "$out/linux.done"
fi
version=$(ls "$out/linux/lib/modules")
modules=lib/modules/$version

work=$(mktemp -d "$out/machine.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Two archives, one after the other: the bare Debian, and what is added today.
(cd "$out/root" && find . | cpio --quiet -o -H newc) > "$work/memory"
mkdir -p "$work/added/tests" "$work/added/usr/$modules"
depmod --basedir "$out/linux" "$version"
for module in $(modprobe --dirname "$out/linux" --set-version "$version" --show-depends snd-aloop | awk '$1 == "insmod" { print $2 }'); do
  install -D -m 644 "$module" "$work/added/usr/$modules/${module#*"/$modules/"}"
done
cp "$out/linux/$modules"/modules.builtin* "$out/linux/$modules/modules.order" "$work/added/usr/$modules/"
depmod --basedir "$work/added/usr" "$version"
cp "$here"/*.py "$work/added/tests/"
cp "$package" "$work/added/tests/convolved.deb"
cat > "$work/added/tests/run" <<'RUN'
#!/bin/sh
exec > /dev/console 2>&1
python3 -B /tests/machine.py
echo "exit status: $?"
systemctl poweroff
RUN
chmod +x "$work/added/tests/run"
(cd "$work/added" && find . | cpio --quiet -o -H newc) >> "$work/memory"

if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then processor='-accel kvm -cpu host'; else processor='-accel tcg,thread=multi -cpu max'; fi
# shellcheck disable=SC2086
timeout "${SECONDS_LIMIT:-600}" qemu-system-x86_64 $processor -smp 2 -m 2560 -nodefaults -display none -serial stdio -no-reboot \
  -kernel "$out/linux/boot/vmlinuz-$version" -initrd "$work/memory" \
  -append "console=ttyS0 rdinit=/lib/systemd/systemd quiet mitigations=off systemd.show_status=0" < /dev/null | tee "$work/console"
grep -q '^exit status: 0' "$work/console"
