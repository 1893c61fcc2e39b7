# What test.sh runs in the bare system, from its root.
set -euo pipefail
cd /test
mkdir home
export HOME=/test/home
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
  for _ in $(seq 100); do [ -S /run/convolved/convolved.sock ] && return; sleep 0.1; done
  fail "convolved does not answer"
}

# ask PATH [HEADER]: what convolved-web answers.
port=28095
ask() {
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return
  printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n%s\r\n' "$1" "$port" "${2:+$2$'\r\n'}" >&3
  cat <&3
  exec 3>&-
}

quietly apt-get update -q
# The folders that systemd has for dynamic users.
mkdir -m 700 /var/lib/private /var/cache/private
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
install_packages ./convolved_*.deb ./convolved-web_*.deb ./libconvolved*.deb
for program in convolve convolved convolvectl convolved-web; do
  quietly "$program" --version
  if ldd "/usr/bin/$program" | grep -E 'not found|libswift|Foundation'; then fail "$program needs a library"; fi
done
dpkg -L convolved convolved-web > list.txt
for page in man1/convolve.1 man1/convolvectl.1 man5/convolved.yaml.5 man8/convolved.8 man8/convolved-web.8; do
  grep -qx "/usr/share/man/$page.gz" list.txt || fail "no $page"
done
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
# As the socket's unit and a service of a dynamic user have it.
mkdir -p /run/convolved /var/lib/private/convolved /var/cache/private/convolved
ln -s private/convolved /var/lib/convolved
ln -s private/convolved /var/cache/convolved
cp version-1.yaml /etc/convolved/convolved.yaml
STATE_DIRECTORY=/var/lib/private/convolved CACHE_DIRECTORY=/var/cache/private/convolved \
  convolved --socket /run/convolved/convolved.sock 2> daemon.txt &
started
# It answers before it has looked for its devices.
for _ in $(seq 100); do
  convolvectl status > status.txt
  if grep -q waiting status.txt; then break; fi
  sleep 0.1
done
grep -q waiting status.txt || { cat status.txt; fail "not waiting for a device"; }
quietly convolvectl volume -20

step "convolved-web: everybody gets the page, and who has a token the API"
mkdir /var/lib/private/convolved-web
ln -s private/convolved-web /var/lib/convolved-web
quietly convolvectl web-token
STATE_DIRECTORY=/var/lib/private/convolved-web \
  convolved-web --listen "127.0.0.1:$port" --socket /run/convolved/convolved.sock --token-file /etc/convolved/web-token 2> web.txt &
for _ in $(seq 100); do if ask / > answer.txt 2> /dev/null; then break; fi; sleep 0.1; done
grep -q '<title>convolved</title>' answer.txt || { cat web.txt answer.txt; fail "no page"; }
ask /v1/status > answer.txt
grep -q '^HTTP/1.1 401 ' answer.txt || { cat answer.txt; fail "the status is shown to everybody"; }
ask /v1/status "Authorization: Bearer $(sed -n 's/^read-only //p' /etc/convolved/web-token)" > answer.txt
grep -q '"state" : "waiting"' answer.txt || { cat answer.txt; fail "not the daemon's status"; }
kill %2
wait %2 || { cat web.txt; fail "convolved-web ended with $?"; }

kill %1
wait %1 || { cat daemon.txt; fail "convolved ended with $?"; }
compgen -G '/var/lib/private/convolved/*' > kept.txt || fail "the volume is not kept"

step "convolvectl setup: what was there is put by"
quietly convolvectl setup --force --capture null --playback null --kernel taps:0.5 --rate 48000
cmp version-1.yaml /etc/convolved/convolved.yaml.bak || fail "setup has kept nothing"

step "removed: the configuration stays"
quietly apt-get remove -y convolved
grep -q taps:0.5 /etc/convolved/convolved.yaml || fail "the configuration is gone"
while read -r file; do
  case $file in /etc/*) ;; *) if [ ! -d "$file" ] && [ -e "$file" ]; then fail "$file stays"; fi ;; esac
done < list.txt

step "purged: nothing stays"
quietly apt-get purge -y convolved convolved-web libconvolved0 libconvolved-dev
quietly apt-get autoremove -y --purge
files > after
diff before after || fail "purge leaves what is shown"

step "the demonstration"
install_packages ./convolved_*.deb ./convolved-web_*.deb alsa-utils
quietly convolved --demo --socket /tmp/demo.sock

step "completions in bash, zsh and fish"
install_packages zsh fish
bash complete.bash || fail "bash"
zsh -f complete.zsh || fail "zsh"
fish complete.fish || fail "fish"

step "the library: an example in C, by pkg-config"
install_packages ./libconvolved*.deb gcc libc6-dev pkg-config
# shellcheck disable=SC2046
quietly gcc -Wall -Werror -o change /usr/share/doc/libconvolved-dev/examples/change.c $(pkg-config --cflags --libs convolved)
ldd change > linked
grep -q '/lib/[^ ]*/libconvolved.so.0 ' linked || fail "not the package's library"
head -c 400000 /dev/zero | ./change 48000 > out.f32 2> change.txt || { cat change.txt; fail "the example"; }
[ "$(stat -c %s out.f32)" -gt 400000 ] || fail "the example has written nothing"
echo "package: all is well"
