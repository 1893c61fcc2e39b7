# What test.sh runs in the bare system, from its root.
set -euo pipefail
cd /test
step() { echo "package: $*"; }
fail() { echo "package: FAILED: $*" >&2; exit 1; }
quietly() { "$@" > /test/log 2>&1 || { tail -n 40 /test/log >&2; fail "$*"; }; }
install_packages() { quietly apt-get install -y -q --no-install-recommends "$@"; }

# Every file of the system with its kind and mode, but for what package management writes for itself.
files() {
  find / -xdev \( -path /proc -o -path /dev -o -path /sys -o -path /test -o -path /tmp -o -path /var/lib/apt -o -path /var/lib/dpkg \
    -o -path /var/cache/apt -o -path /var/cache/debconf -o -path /var/cache/ldconfig -o -path /var/log \) -prune -o -printf '%p %y %m\n' | sort
}

started() {
  for _ in $(seq 100); do [ -S /run/convolved.sock ] && return; sleep 0.1; done
  fail "convolved does not answer"
}

quietly apt-get update -q
files > before

step "an earlier version, its configuration filled in"
install_packages ./earlier.deb
[ "$(dpkg-query -W -f '${Version}' convolved)" = 0.0.9-1 ] || fail "not the earlier version"
cp version-1.yaml /etc/convolved/convolved.yaml

step "an upgrade leaves the configuration as it is, and reads it"
install_packages -o Dpkg::Options::=--force-confold ./convolved_*.deb
cmp version-1.yaml /etc/convolved/convolved.yaml || fail "the upgrade has changed the configuration"
convolved --check > check.txt 2>&1 || { cat check.txt; fail "the configuration of version 1 is no longer read"; }
quietly apt-get purge -y convolved
[ ! -e /etc/convolved ] || fail "purge leaves /etc/convolved"

step "a first installation"
install_packages ./convolved_*.deb
quietly convolve --version
for program in convolve convolved convolvectl; do
  if ldd "/usr/bin/$program" | grep -E 'not found|libswift|Foundation'; then fail "$program needs a library"; fi
  [ -s "/usr/share/man/man1/$program.1.gz" ] || [ -s "/usr/share/man/man8/$program.8.gz" ] || fail "$program has no man page"
done
[ -s /usr/share/man/man5/convolved.yaml.5.gz ] || fail "no convolved.yaml.5"
if dpkg --verify convolved | grep .; then fail "files differ from the package's"; fi
convolved --check > check.txt 2>&1 && fail "the configuration as installed is taken for one"
grep -q "is empty" check.txt || { cat check.txt; fail "another fault than an empty configuration"; }

step "convolve: numbers"
{
  printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"
  printf '\0\0\0\0\0\0\360\077\0\0\0\0\0\0\0\100\0\0\0\0\0\0\010\100'
} > input.npy
quietly convolve input.npy taps:0,1,0.5 -o numbers.npy
tail -c 40 numbers.npy | od -An -t f8 -w40 | tr -s ' ' > numbers.txt
[ "$(cat numbers.txt)" = " 0 1 2.5 4 1.5" ] || { cat numbers.txt; fail "not np.convolve([1, 2, 3], [0, 1, 0.5])"; }

step "convolved and convolvectl: a device that is missing is a state, volume is kept"
# As a service of a dynamic user keeps it.
mkdir -p /var/lib/private/convolved /var/cache/private/convolved
ln -s private/convolved /var/lib/convolved
ln -s private/convolved /var/cache/convolved
export STATE_DIRECTORY=/var/lib/private/convolved CACHE_DIRECTORY=/var/cache/private/convolved
cp version-1.yaml /etc/convolved/convolved.yaml
convolved --socket /run/convolved.sock 2> daemon.txt &
started
convolvectl --socket /run/convolved.sock status > status.txt
grep -q waiting status.txt || { cat status.txt; fail "not waiting for a device"; }
quietly convolvectl --socket /run/convolved.sock volume -20
kill %1
wait %1 || { cat daemon.txt; fail "convolved ended with $?"; }
ls /var/lib/private/convolved/* > kept.txt || fail "the volume is not kept"

step "the demonstration"
install_packages alsa-utils
HOME=/tmp quietly convolved --demo --socket /tmp/demo.sock

step "completions"
install_packages zsh fish
bash complete.bash || fail "bash"
zsh -f complete.zsh || fail "zsh"
fish complete.fish || fail "fish"

step "the library: an example in C by pkg-config"
install_packages ./libconvolved*.deb gcc libc6-dev pkg-config
# shellcheck disable=SC2046
quietly gcc -Wall -Werror -o change /usr/share/doc/libconvolved-dev/examples/change.c $(pkg-config --cflags --libs convolved)
ldd change | grep -q /usr/lib/.*libconvolved.so.0 || ldd change | grep -q /lib/.*libconvolved.so.0 || fail "not the package's library"
head -c 400000 /dev/zero | ./change 48000 > out.f32 2> change.txt || { cat change.txt; fail "the example"; }
[ "$(stat -c %s out.f32)" -gt 400000 ] || fail "the example has written nothing"

step "removed: the configuration stays"
quietly apt-get remove -y convolved
cmp version-1.yaml /etc/convolved/convolved.yaml || fail "the configuration is gone"
if compgen -G '/usr/bin/convolve*' || compgen -G '/lib/systemd/system/convolved*'; then fail "programs or units stay"; fi

step "purged: nothing stays"
quietly apt-get purge -y convolved libconvolved0 libconvolved-dev alsa-utils zsh fish gcc libc6-dev pkg-config
quietly apt-get autoremove -y --purge
rm -f /run/convolved.sock
files > after
diff before after || fail "purge leaves what is shown"
echo "package: all is well"
